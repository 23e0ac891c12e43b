import type { Tensor } from './engine.js';
import type { Tf } from './tf.js';

type Given = Tensor | Tensor[];
interface PoolingArgs {
  name?: string;
  keepdims?: boolean;
  dataFormat?: string;
}
interface NormalizationArgs {
  name?: string;
  mean?: number | number[] | null;
  variance?: number | number[] | null;
  invert?: boolean;
}

const one = (given: Given): Tensor => (Array.isArray(given) ? given[0] : given);

/** Layers of Keras that TensorFlow.js has not, or not whole: pooling that keeps its axes (MobileNet V1), normalisation (EfficientNet). */
export function registerMoreLayers(tf: Tf): void {
  class Pooling extends tf.layers.Layer {
    private readonly keeps: boolean;
    private readonly axes: number[];

    constructor(
      private readonly args: PoolingArgs,
      private readonly reduce: (x: Tensor, axes: number[], keeps: boolean) => Tensor,
    ) {
      super(args);
      this.keeps = args.keepdims ?? false;
      this.axes = args.dataFormat === 'channelsFirst' ? [2, 3] : [1, 2];
      this.inputSpec = [{ ndim: 4 }];
    }

    override computeOutputShape(shape: (number | null)[]): (number | null)[] {
      return this.keeps
        ? shape.map((size, axis) => (this.axes.includes(axis) ? 1 : size))
        : shape.filter((_, axis) => !this.axes.includes(axis));
    }

    override call(given: Given): Tensor {
      return tf.tidy(() => this.reduce(one(given), this.axes, this.keeps));
    }

    override getConfig() {
      const { keepdims = false, dataFormat = 'channelsLast' } = this.args;
      return { ...super.getConfig(), keepdims, dataFormat };
    }
  }
  class GlobalAveragePooling2D extends Pooling {
    static className = 'GlobalAveragePooling2D';
    constructor(args: PoolingArgs) {
      super(args, (x, axes, keeps) => tf.mean(x, axes, keeps));
    }
  }
  class GlobalMaxPooling2D extends Pooling {
    static className = 'GlobalMaxPooling2D';
    constructor(args: PoolingArgs) {
      super(args, (x, axes, keeps) => tf.max(x, axes, keeps));
    }
  }
  class Normalization extends tf.layers.Layer {
    static className = 'Normalization';

    constructor(private readonly args: NormalizationArgs) {
      super(args);
      if (args.invert) throw new Error('Normalization with invert=True');
    }

    /** By the last axis, as image networks have it; where the configuration states no values they are weights. */
    override build(shape: (number | null)[]): void {
      if (this.args.mean == null) {
        const zeros = tf.initializers.zeros();
        const size = shape[shape.length - 1] ?? 1;
        for (const name of ['mean', 'variance'])
          this.addWeight(name, [size], 'float32', zeros, undefined, false);
        this.addWeight('count', [], 'int32', zeros, undefined, false);
      }
      this.built = true;
    }

    override call(given: Given): Tensor {
      return tf.tidy(() => {
        const { mean, variance } = this.args;
        const [m, v] =
          mean == null
            ? this.weights.map(weight => weight.read())
            : [tf.tensor(mean), tf.tensor(variance ?? 1)];
        return tf.div(tf.sub(one(given), m), tf.maximum(tf.sqrt(v), 1e-7));
      });
    }

    override getConfig() {
      const { mean = null, variance = null } = this.args;
      return { ...super.getConfig(), mean, variance };
    }
  }
  for (const layer of [GlobalAveragePooling2D, GlobalMaxPooling2D, Normalization])
    tf.serialization.registerClass(layer as never);
}
