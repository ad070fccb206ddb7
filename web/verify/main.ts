import { verifyTree } from '../../signing/verifier.ts';

console.log(verifyTree);
