import { engine as filesystem } from './filesystem-objects.ts';
import { objectStoreContract } from './object-store.ts';
import { uploadStoreContract } from './upload-store.ts';

objectStoreContract('filesystem', filesystem);
uploadStoreContract('filesystem', filesystem);
