// Mocha's spec reporter, with closing lines that a machine can read: "✘ title: message" for each failure, then "N passed, N failed, N skipped".
import Mocha from 'mocha';

export default class CountingReporter extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue();
    for (const test of this.failures) console.log(`✘ ${test.fullTitle()}: ${test.err?.message?.split('\n')[0]}`);
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
}
