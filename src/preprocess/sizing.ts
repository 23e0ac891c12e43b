import { failure } from '../protocol/notice.js';
import type { ImagePreprocessing, Sourced } from '../protocol/preprocessing.js';
import type { Pick, Stated } from './merge.js';
import type { Processor } from './processors.js';

/** Height and width of a model's input; null: any. */
export interface GraphSize {
  height: number | null;
  width: number | null;
}

interface Sides {
  height: number;
  width: number;
}

export interface Sizing {
  resize: Sourced<ImagePreprocessing['resize']>;
  crop: Sourced<ImagePreprocessing['crop']>;
  /** Size of the tensor. */
  height: Sourced<number>;
  width: Sourced<number>;
}

/** Names for messages: the model, and the file in which a user may correct things. */
export interface Names {
  model: string;
  sidecar: string;
}

/** Side of the image where nothing at all says it. */
const usualSide = 224;
/** Share of the resized image's side that the usual centre crop keeps. */
const usualCrop = 0.875;

/**
 * Decides resize, centre crop and the tensor's size.
 * @throws TransferLensError where the metadata and the graph contradict each other, or leave images of different sizes
 */
export function decideSizing(
  pick: Pick,
  processor: Processor | null,
  graph: GraphSize,
  names: Names,
): Sizing {
  const asked = askedSizing(pick, processor, graph);
  const { resize, crop, file } = asked;
  const size = crop.value ?? (resize.value.mode === 'exact' ? resize.value : null);
  // Images that are neither resized nor cropped must have the size that the graph wants.
  const unchanged = resize.value.mode === 'none' && graph.height !== null && graph.width !== null;
  if (!size && !unchanged)
    throw failure('preprocess.noFixedSize', {
      file: file ?? names.model,
      key: asked.key,
      ...names,
    });
  const height = size?.height ?? graph.height ?? usualSide;
  const width = size?.width ?? graph.width ?? usualSide;
  const wrong =
    (graph.height !== null && graph.height !== height) ||
    (graph.width !== null && graph.width !== width);
  if (wrong)
    throw failure('preprocess.size', {
      file: file ?? names.model,
      key: asked.key,
      given: `${height} x ${width}`,
      wanted: `${graph.height ?? 'N'} x ${graph.width ?? 'N'}`,
      ...names,
    });
  const from = crop.value ? crop.from : resize.from;
  return {
    resize,
    crop,
    height: { value: height, from: graph.height !== null ? 'graph' : from },
    width: { value: width, from: graph.width !== null ? 'graph' : from },
  };
}

interface Asked {
  resize: Sourced<ImagePreprocessing['resize']>;
  crop: Sourced<ImagePreprocessing['crop']>;
  /** The file and key that decide the size; no file for a default. */
  file: string | null;
  key: string;
}

function askedSizing(pick: Pick, processor: Processor | null, graph: GraphSize): Asked {
  const size = pick('size');
  const doResize = pick('do_resize');
  const doCrop = pick('do_center_crop');
  const cropSize = doCrop?.value ? pick('crop_size') : null;
  const fixed =
    graph.height !== null && graph.width !== null
      ? { height: graph.height, width: graph.width }
      : null;
  const rounding = (cropSize ?? doCrop ?? size)?.cropRounding ?? 'halfEven';
  const cropTo = ({ height, width }: Sides) => ({ height, width, rounding }) as const;
  const ofFile = (stated: Stated<unknown> | null, key: string) => ({
    file: stated?.file ?? null,
    key: `"${key}"`,
  });

  if (doResize && !doResize.value) {
    const to = cropSize?.value ?? (doCrop?.value ? fixed : null);
    return {
      resize: { value: { mode: 'none' }, from: doResize.from },
      crop: { value: to && cropTo(to), from: doCrop?.from ?? doResize.from },
      ...(cropSize ? ofFile(cropSize, 'crop_size') : ofFile(doResize, 'do_resize')),
    };
  }
  if (!size) {
    const to = cropSize?.value ?? fixed ?? square(graph.height ?? graph.width ?? usualSide);
    const from = cropSize?.from ?? (fixed ? 'graph' : 'default');
    const key = ofFile(cropSize, 'crop_size');
    // The usual way is for squares; anything else is taken as a whole.
    if (to.height !== to.width || doCrop?.value === false)
      return {
        resize: { value: { mode: 'exact', ...to }, from },
        crop: { value: null, from: doCrop?.from ?? 'default' },
        ...key,
      };
    const pct = pick('crop_pct');
    const edge = pct ? Math.floor(to.height / pct.value) : Math.round(to.height / usualCrop);
    return {
      resize: { value: { mode: 'shortestEdge', size: edge }, from: pct?.from ?? 'default' },
      crop: { value: cropTo(to), from },
      ...key,
    };
  }

  const resize = (value: ImagePreprocessing['resize']) => ({ value, from: size.from });
  const { edge, exact, cropEdge } = meaningOf(size.value, pick, processor);
  if (exact) {
    const to = doCrop?.value ? (cropSize?.value ?? fixed) : null;
    return {
      resize: resize({ mode: 'exact', ...exact }),
      crop: { value: to && cropTo(to), from: (doCrop ?? size).from },
      ...(cropSize ? ofFile(cropSize, 'crop_size') : ofFile(size, 'size')),
    };
  }
  const shortest = resize({ mode: 'shortestEdge', size: edge });
  if (cropSize)
    return {
      resize: shortest,
      crop: { value: cropTo(cropSize.value), from: cropSize.from },
      ...ofFile(cropSize, 'crop_size'),
    };
  const key = ofFile(size, 'size');
  if (cropEdge !== null)
    return {
      resize: shortest,
      crop: { value: cropTo(square(cropEdge)), from: size.from },
      ...key,
    };
  if (doCrop?.value === false)
    return { resize: shortest, crop: { value: null, from: doCrop.from }, ...key };
  // A crop that nobody states fills the input, as far as the images reach.
  const reaches = fixed && Math.max(fixed.height, fixed.width) <= edge;
  return {
    resize: shortest,
    crop: {
      value: cropTo(reaches ? fixed : square(edge)),
      from: reaches ? 'graph' : (doCrop?.from ?? 'default'),
    },
    ...key,
  };
}

const square = (side: number): Sides => ({ height: side, width: side });

/**
 * What a `size` means: exact sides, or a shorter side and perhaps the side of the crop after it. That depends on the image
 * processor; without one a number is a square unless a crop follows, and `crop_pct` is timm's.
 */
function meaningOf(
  size: number | Sides | { shortest_edge: number },
  pick: Pick,
  processor: Processor | null,
): { exact: Sides | null; edge: number; cropEdge: number | null } {
  const number = typeof size === 'number';
  const sides = !number && 'height' in size ? size : null;
  const equal = sides && sides.height === sides.width ? sides.height : null;
  const edge = number ? size : !sides && 'shortest_edge' in size ? size.shortest_edge : equal;
  const pct = pick('crop_pct')?.value ?? null;
  const shorter = (value: number, cropEdge: number | null = null) => ({
    exact: null,
    edge: Math.floor(value),
    cropEdge,
  });
  const whole = (exact: Sides) => ({ exact, edge: 0, cropEdge: null });
  if (edge === null) return whole(sides as Sides);
  switch (processor?.sizing) {
    case 'convnext':
      return edge < 384 ? shorter(edge / (pct ?? usualCrop), edge) : whole(square(edge));
    case 'levit':
      return sides ? whole(sides) : shorter((256 / 224) * edge);
    case 'poolformer':
      return shorter(edge / (pct ?? 1));
  }
  if (!processor && pct !== null) return shorter(edge / pct, edge);
  if (sides) return whole(sides);
  const isSquare = number && (processor ? processor.square : !pick('do_center_crop')?.value);
  return isSquare ? whole(square(edge)) : shorter(edge);
}
