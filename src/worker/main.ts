import { isMainThread } from 'node:worker_threads';
import { startCoordinator } from './coordinator.js';
import { startDecoder } from './decoderThread.js';
import { startInference } from './inference.js';

// One bundle, three lives: the coordinator, the inference process it forks for each model, and that process's decoder thread.
if (!isMainThread) startDecoder();
else if (process.argv[2] === 'inference') startInference();
else startCoordinator();
