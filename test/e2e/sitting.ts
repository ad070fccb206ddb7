import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { type Service, startServer } from '../../scripts/demo/own-server.ts';
import { type clipFolder, hasFfmpeg } from '../unit/media/clips.ts';
import { field, openService, type Seen } from './browser.ts';

const SAMPLES = fileURLToPath(new URL('../../../shared/samples/', import.meta.url));
export const PASSWORD = 'plum-window-harbour-41';

/** Whom the demo brings in, and the word for their role. */
export const cast = {
  officer: { name: '陈执法', username: 'chen.zhifa', role: '执法人员' },
  approver: { name: '林审批', username: 'lin.shenpi', role: '审批人' },
  reviewer: { name: '周审核', username: 'zhou.shenhe', role: '法制审核' },
  archivist: { name: '吴档案', username: 'wu.dangan', role: '档案管理员' },
} as const;

type Who = keyof typeof cast | 'sysadmin' | 'secadmin' | 'auditor';

/** Paths of what the officer brings: the sample footage and a note where they are, else what ffmpeg makes. Undefined without either. */
export function filesToBring(clips: ReturnType<typeof clipFolder>) {
  const sampled = existsSync(SAMPLES);
  if (!sampled && !hasFfmpeg) return undefined;
  const picture = ['-vf', 'scale=854:480,noise=alls=40', '-pix_fmt', 'yuv420p'];
  return {
    footage: sampled ? join(SAMPLES, 'action-camera.mp4') : clips.make('action-camera.mp4', 'av', ...picture),
    note: sampled ? join(SAMPLES, 'handwritten-note.jpg') : clips.make('note.jpg', 'v', '-frames:v', '1'),
    inspection: clips.write('现场检查笔录.txt', '现场检查笔录\n被检查人：示例餐饮店（虚构）\n已当场责令改正。\n'),
  };
}

/** The people of the demo, each at a browser of their own, before a service that was just installed. */
export class Sitting {
  readonly folder: string;
  readonly service: Service;
  /** One-time passwords as they were handed over, by user name. */
  readonly oneTime: Record<string, string> = {};
  readonly #browser: Browser;
  readonly #people = new Map<Who, Seen>();

  private constructor(browser: Browser, service: Service, folder: string) {
    this.#browser = browser;
    this.service = service;
    this.folder = folder;
  }

  static async open(browser: Browser): Promise<Sitting> {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-sitting-'));
    const data = join(folder, 'data');
    mkdirSync(data);
    return new Sitting(browser, await startServer(data, process.env), folder);
  }

  async end(): Promise<void> {
    await this.service.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Somebody opens the address that the service printed. */
  async openLink(): Promise<Seen> {
    const { origin, token } = this.service;
    const seen = await openService(this.#browser, origin);
    await seen.page.goto(`${origin}/setup#token=${token}`);
    return seen;
  }

  /** A person signs in for the first time, with the one-time password where there is one, and sets their own. */
  async arrive(who: Who, username: string): Promise<Seen> {
    const seen = await openService(this.#browser, this.service.origin);
    const { page } = seen;
    const given = this.oneTime[username];
    await page.goto(this.service.origin);
    await field(page, '用户名').fill(username);
    await field(page, '密码').fill(given ?? PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    if (given) {
      await page.getByRole('heading', { name: '设置新密码' }).waitFor();
      await field(page, '当前密码').fill(given);
      await field(page, '新密码').fill(PASSWORD);
      await field(page, '再次输入新密码').fill(PASSWORD);
      await page.getByRole('button', { name: '保存' }).click();
    }
    await titled(page, /您好/);
    seen.expect(/401/);
    this.#people.set(who, seen);
    return seen;
  }

  /** A person where they are. */
  at(who: Who): Seen {
    const seen = this.#people.get(who);
    assert.ok(seen, who);
    return seen;
  }

  /** A person comes back to the first page. */
  async back(who: Who): Promise<Seen> {
    const seen = this.at(who);
    await seen.page.goto(this.service.origin);
    await titled(seen.page, /您好/);
    return seen;
  }

  /** Presses something and keeps the file that comes of it, under its own name. */
  async take(page: Page, press: () => Promise<void>): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), press()]);
    const path = join(this.folder, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  }

  /** Everybody closes their browser, in which nothing was complained of. */
  async leave(): Promise<void> {
    for (const seen of this.#people.values()) await seen.close();
  }
}

export const titled = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

export const menu = (page: Page, name: string) =>
  page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name, exact: true }).click();
