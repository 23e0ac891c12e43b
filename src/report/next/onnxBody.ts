/**
 * Python: a PyTorch module that computes a graph of ONNX operators, its weights as parameters that can be trained. Written out and
 * not left to a converter, so that the script needs none, for operators of networks of images. Normalisation keeps the statistics
 * that are in the graph.
 */
export const onnxBody = `def padded(x, at, sides, value=0.0):
    """x with the padding that a kernel wants: of ONNX's pads, or as much as keeps the size."""
    pads = at.get("pads", [0] * (2 * len(sides)))
    if at.get("auto_pad", b"NOTSET") in (b"SAME_UPPER", b"SAME_LOWER"):
        steps, gaps = at.get("strides", [1] * len(sides)), at.get("dilations", [1] * len(sides))
        missing = [max(0, (-(-n // s) - 1) * s + (k - 1) * d + 1 - n) for n, k, s, d in zip(x.shape[2:], sides, steps, gaps)]
        less, more = [n // 2 for n in missing], [n - n // 2 for n in missing]
        pads = less + more if at["auto_pad"] == b"SAME_UPPER" else more + less
    both = [side for pair in reversed(list(zip(pads, pads[len(sides):]))) for side in pair]
    return F.pad(x, both, value=value) if any(both) else x


def conv(at, x, w, b=None):
    run = F.conv1d if w.ndim == 3 else F.conv2d
    return run(padded(x, at, w.shape[2:]), w, b, at.get("strides", 1), 0, at.get("dilations", 1), at.get("group", 1))


def max_pool(at, x):
    sides = at["kernel_shape"]
    x = padded(x, at, sides, -torch.inf)
    return F.max_pool2d(x, sides, at.get("strides", 1), 0, at.get("dilations", 1), bool(at.get("ceil_mode", 0)))


def average_pool(at, x):
    sides, ceil = at["kernel_shape"], bool(at.get("ceil_mode", 0))
    mean = lambda values: F.avg_pool2d(padded(values, at, sides), sides, at.get("strides", 1), 0, ceil)
    return mean(x) if at.get("count_include_pad", 0) else mean(x) / mean(torch.ones_like(x[:1, :1]))


def gemm(at, a, b, c=None):
    product = at.get("alpha", 1.0) * (a.T if at.get("transA", 0) else a) @ (b.T if at.get("transB", 0) else b)
    return product if c is None else product + at.get("beta", 1.0) * c


def layer_norm(at, x, scale, bias=None):
    return F.layer_norm(x, x.shape[at.get("axis", -1):], scale, bias, at.get("epsilon", 1e-5))


def reshape(at, x, shape):
    sides = [x.shape[k] if side == 0 else side for k, side in enumerate(shape.tolist())]
    return x.reshape(sides)


def axes_of(at, given, x=None):
    return at["axes"] if "axes" in at else list(range(x.ndim)) if given is None else given.tolist()


def squeeze(at, x, axes=None):
    return x.squeeze(tuple(at["axes"] if axes is None else axes.tolist()))


def unsqueeze(at, x, axes=None):
    axes = axes_of(at, axes)
    for axis in sorted(axis % (x.ndim + len(axes)) for axis in axes):
        x = x.unsqueeze(axis)
    return x


def mean_of(at, x, axes=None):
    return x.mean(axes_of(at, axes, x), keepdim=bool(at.get("keepdims", 1)))


def sum_of(at, x, axes=None):
    return x.sum(axes_of(at, axes, x), keepdim=bool(at.get("keepdims", 1)))


def gather(at, x, rows):
    axis = at.get("axis", 0) % x.ndim
    rows = torch.where(rows < 0, rows + x.shape[axis], rows)
    found = x.index_select(axis, rows.flatten().to(x.device))
    return found.reshape(x.shape[:axis] + rows.shape + x.shape[axis + 1 :])


def slices(at, x, starts=None, ends=None, axes=None, steps=None):
    starts = at["starts"] if starts is None else starts.tolist()
    ends = at["ends"] if ends is None else ends.tolist()
    axes = at.get("axes", range(len(starts))) if axes is None else axes.tolist()
    steps = [1] * len(starts) if steps is None else steps.tolist()
    for start, end, axis, step in zip(starts, ends, axes, steps):
        rows = range(*slice(start, end, step).indices(x.shape[axis]))
        x = x.index_select(axis, torch.tensor(rows, dtype=torch.int64, device=x.device))
    return x


def split(at, x, sizes=None):
    axis = at.get("axis", 0)
    sizes = at.get("split") if sizes is None else sizes.tolist()
    return x.split(sizes, axis) if sizes else x.chunk(at["num_outputs"], axis)


def pad(at, x, pads=None, value=None, axes=None):
    pads = at["pads"] if pads is None else pads.tolist()
    value = at.get("value", 0.0) if value is None else value.item()
    both = [side for pair in reversed(list(zip(pads, pads[len(pads) // 2 :]))) for side in pair]
    mode = at.get("mode", b"constant").decode()
    if mode == "constant":
        return F.pad(x, both, value=value)
    return F.pad(x, both[: 2 * (x.ndim - 2)], {"edge": "replicate"}.get(mode, mode))


def constant(at):
    found = at.get("value", at.get("value_float", at.get("value_int", at.get("value_floats", at.get("value_ints")))))
    return tensor_of(found) if isinstance(found, onnx.TensorProto) else torch.tensor(found)


def tensor_of(values):
    tensor = torch.from_numpy(numpy_helper.to_array(values).copy())
    return tensor.float() if tensor.is_floating_point() else tensor


def filled(at, shape):
    value = numpy_helper.to_array(at["value"]).item() if "value" in at else 0.0
    return torch.full(shape.tolist(), value)


TYPES = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float32, 11: torch.float64}
OPERATORS = {
    "Conv": conv, "Gemm": gemm, "MaxPool": max_pool, "AveragePool": average_pool, "LayerNormalization": layer_norm,
    "Reshape": reshape, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Gather": gather, "Slice": slices, "Split": split,
    "Pad": pad, "ReduceMean": mean_of, "ReduceSum": sum_of, "ConstantOfShape": filled,
    "BatchNormalization": lambda at, x, *more: F.batch_norm(x, more[2], more[3], more[0], more[1], eps=at.get("epsilon", 1e-5)),
    "InstanceNormalization": lambda at, x, w, b: F.instance_norm(x, weight=w, bias=b, eps=at.get("epsilon", 1e-5)),
    "GlobalAveragePool": lambda at, x: x.mean(tuple(range(2, x.ndim)), keepdim=True),
    "GlobalMaxPool": lambda at, x: x.amax(tuple(range(2, x.ndim)), keepdim=True),
    "Flatten": lambda at, x: x.reshape(x.shape[: at.get("axis", 1)].numel(), -1),
    "Transpose": lambda at, x: x.permute(at.get("perm", list(range(x.ndim))[::-1])),
    "Concat": lambda at, *parts: torch.cat(parts, at["axis"]),
    "Expand": lambda at, x, shape: x * torch.ones(shape.tolist(), dtype=x.dtype, device=x.device),
    "Shape": lambda at, x: torch.tensor(x.shape[at.get("start", 0) : at.get("end", None)]),
    "Cast": lambda at, x: x.to(TYPES[at["to"]]),
    "Clip": lambda at, x, low=None, high=None: x.clamp(at.get("min", low), at.get("max", high)),
    "Add": lambda at, a, b: a + b, "Sub": lambda at, a, b: a - b, "Mul": lambda at, a, b: a * b,
    "Div": lambda at, a, b: a / b if a.is_floating_point() else a // b, "Pow": lambda at, a, b: a**b,
    "MatMul": lambda at, a, b: a @ b, "Sqrt": lambda at, x: x.sqrt(), "Erf": lambda at, x: x.erf(), "Exp": lambda at, x: x.exp(),
    "Reciprocal": lambda at, x: 1 / x, "Neg": lambda at, x: -x, "Abs": lambda at, x: x.abs(), "Tanh": lambda at, x: x.tanh(),
    "Equal": lambda at, a, b: a == b, "Where": lambda at, c, a, b: torch.where(c, a, b), "Sigmoid": lambda at, x: x.sigmoid(),
    "Relu": lambda at, x: x.relu(), "Softplus": lambda at, x: F.softplus(x), "HardSwish": lambda at, x: F.hardswish(x),
    "HardSigmoid": lambda at, x: (at.get("alpha", 0.2) * x + at.get("beta", 0.5)).clamp(0, 1),
    "LeakyRelu": lambda at, x: F.leaky_relu(x, at.get("alpha", 0.01)), "PRelu": lambda at, x, slope: torch.where(x < 0, slope * x, x),
    "Elu": lambda at, x: F.elu(x, at.get("alpha", 1.0)), "Softmax": lambda at, x: x.softmax(at.get("axis", -1)),
    "Gelu": lambda at, x: F.gelu(x, approximate=at.get("approximate", b"none").decode()), "Identity": lambda at, x: x,
    "Dropout": lambda at, x, *_: x, "Not": lambda at, x: ~x, "Mod": lambda at, a, b: a % b,
}


class Body(nn.Module):
    """The graph up to its features."""

    def __init__(self, graph):
        super().__init__()
        values = {one.name: tensor_of(one) for one in graph.initializer}
        self.steps = []
        for node in graph.node:
            at = {at.name: onnx.helper.get_attribute_value(at) for at in node.attribute}
            if node.op_type == "Constant":
                values[node.output[0]] = constant(at)
            else:
                self.steps.append((node, at))
        unknown = sorted({node.op_type for node, _ in self.steps} - set(OPERATORS))
        if unknown:
            raise SystemExit(f"{MODEL}: this script cannot train {', '.join(unknown)}. Train a new head instead.")
        statistics = {name for node, _ in self.steps if node.op_type == "BatchNormalization" for name in node.input[3:]}
        # A batch that was fixed by the export is any batch here: 0 is what there is.
        fixed = next(one for one in graph.input if one.name == GIVEN).type.tensor_type.shape.dim[0].dim_value
        for node, _ in self.steps:
            if node.op_type == "Reshape" and node.input[0] not in values and node.input[1] in values:
                sides = values[node.input[1]].tolist()
                if sides[0] == fixed:
                    values[node.input[1]] = torch.tensor([0, *sides[1:]])
        # Whole numbers are shapes and places, which stay where shapes are.
        self.fixed = {name: tensor for name, tensor in values.items() if not tensor.is_floating_point()}
        self.names = {name: f"w{k}" for k, name in enumerate(values) if name not in self.fixed}
        for name, own in self.names.items():
            if values[name].ndim > 0 and name not in statistics:
                self.register_parameter(own, nn.Parameter(values[name]))
            else:
                self.register_buffer(own, values[name])

    def forward(self, images):
        known = {GIVEN: images, "": None} | self.fixed | {name: getattr(self, own) for name, own in self.names.items()}
        for node, at in self.steps:
            made = OPERATORS[node.op_type](at, *(known[name] for name in node.input))
            known.update(zip(node.output, made if isinstance(made, (list, tuple)) else [made]))
        return known[FEATURES].flatten(1)`;
