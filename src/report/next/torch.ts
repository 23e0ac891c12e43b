import type { ImagePreprocessing } from '../../protocol/preprocessing.js';
import type { NextFacts } from './facts.js';
import { pythonSamples } from './samples.js';
import { outputsOf, quoted } from './script.js';

const number = (x: number): string => String(x);
const numbers = (list: readonly number[]): string => `[${list.map(number).join(', ')}]`;

/** The steps from a decoded image to the model's tensor, as they were when it was scored. */
export function transformOf(plan: ImagePreprocessing): string {
  const { resize, crop, rescale, mean, std, channels } = plan;
  const steps: string[] = [];
  const kernel = `InterpolationMode.${plan.resample.toUpperCase()}`;
  if (resize.mode === 'exact')
    steps.push(`v2.Resize((${resize.height}, ${resize.width}), ${kernel})`);
  if (resize.mode === 'shortestEdge') steps.push(`v2.Resize(${resize.size}, ${kernel})`);
  if (crop) steps.push(`v2.CenterCrop((${crop.height}, ${crop.width}))`);
  steps.push('v2.ToImage()');
  if (Math.abs(rescale * 255 - 1) < 1e-9) steps.push('v2.ToDtype(torch.float32, scale=True)');
  else {
    steps.push('v2.ToDtype(torch.float32)');
    if (rescale !== 1) steps.push(`v2.Lambda(lambda x: x * ${number(rescale)})`);
  }
  if (plan.channelOrder === 'BGR' && channels > 1)
    steps.push(`v2.Lambda(lambda x: x[[2, 1, 0${channels === 4 ? ', 3' : ''}]])`);
  if (mean && std) steps.push(`v2.Normalize(${numbers(mean)}, ${numbers(std)})`);
  return `# Images as the model was trained on them, and scored.
transform = v2.Compose([
${steps.map(step => `    ${step},`).join('\n')}
])`;
}

/** \data: pairs of a tensor and a label. */
export function imagesOf(facts: NextFacts, plan: ImagePreprocessing): string {
  const { dataset } = facts;
  const mode = { 1: 'L', 3: 'RGB', 4: 'RGBA' }[plan.channels];
  if (dataset.layout === 'imageFolder' && !dataset.targets)
    return `DATA = Path(${quoted(dataset.path)})
if (DATA / "train").is_dir():
    DATA = DATA / "train"
data = ImageFolder(DATA, transform, loader=lambda file: Image.open(file).convert("${mode}"))
outputs = len(data.classes)`;
  return `${pythonSamples(facts).text}


class Data(torch.utils.data.Dataset):
    def __len__(self):
        return len(samples)

    def __getitem__(self, i):
        where, label = samples[i]
        return transform(opened(where).convert("${mode}")), torch.tensor(label)


data = Data()
outputs = ${outputsOf(facts)}`;
}

/** `data`: pairs of a row of numbers and a label. */
export function numbersOf(facts: NextFacts): string {
  return `${pythonSamples(facts).text}
data = torch.utils.data.TensorDataset(
    torch.tensor([list(row) for row, _ in samples], dtype=torch.float32), torch.tensor([label for _, label in samples])
)
outputs = ${outputsOf(facts)}`;
}

/**
 * Trains \`model\` by what \`forward\` makes of it, on \data less a fifth that is held out. Needs \`parameters\`, those that are trained, and \`modes\`,
 * the modules that go into training mode: statistics of a body that stays as it is must stay, too.
 */
export function trainingOf({ intent, dataset }: NextFacts, collate = ''): string {
  const rate = intent === 'fineTune' ? '1e-4' : '1e-3';
  const [loss, quality] = dataset.targets
    ? [
        'nn.functional.mse_loss(forward(inputs), labels.float())',
        '-(forward(inputs) - labels).square().mean(1).sum().item()',
      ]
    : [
        'nn.functional.cross_entropy(forward(inputs), labels)',
        '(forward(inputs).argmax(1) == labels).sum().item()',
      ];
  const name = dataset.targets ? 'minus the mean squared error' : 'accuracy';
  return `held_out = max(1, len(data) // 5)
parts = torch.utils.data.random_split(data, [len(data) - held_out, held_out], torch.Generator().manual_seed(0))
train, test = (torch.utils.data.DataLoader(part, BATCH, shuffle=part is parts[0]${collate}) for part in parts)
optimiser = torch.optim.AdamW(parameters, lr=${rate}, weight_decay=0.01)
for epoch in range(EPOCHS):
    model.eval()
    for module in modes:
        module.train()
    for inputs, labels in train:
        inputs, labels = inputs.to(device), labels.to(device)
        loss = ${loss}
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()
    with torch.inference_mode():
        right = 0
        for inputs, labels in test:
            inputs, labels = inputs.to(device), labels.to(device)
            right += ${quality}
    print(f"epoch {epoch + 1}: loss {loss.item():.3f}, ${name} on the held-out fifth {right / held_out:.3f}")`;
}

/** What reads images in folders by class, where they lie so. */
export const folderImport = ({ dataset }: NextFacts): string =>
  dataset.layout === 'imageFolder' && !dataset.targets
    ? 'from torchvision.datasets import ImageFolder\n'
    : '';

export const settings = `EPOCHS, BATCH = 5, 32
device = "cuda" if torch.cuda.is_available() else "cpu"`;
