import { engine as filesystem } from './filesystem-objects.ts';
import { objectStoreContract } from './object-store.ts';
import { engineOn, s3Urls } from './s3-objects.ts';
import { uploadStoreContract } from './upload-store.ts';

objectStoreContract('filesystem', filesystem);
uploadStoreContract('filesystem', filesystem);
for (const [name, url] of Object.entries(s3Urls)) {
  objectStoreContract(name, engineOn(url));
  uploadStoreContract(name, engineOn(url));
}
