import { parentPort, workerData } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

// One judgement, then the thread ends: the dictionaries take 40 MiB, and passwords are set rarely.
const { password, words } = workerData as { password: string; words: string[] };
parentPort?.postMessage(new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs }).check(password, words).score);
