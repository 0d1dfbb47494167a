import { existsSync } from 'node:fs';
import { expect, type Locator, type Page, test as base } from '@playwright/test';

/** A value that the start of Heddle left for the tests. */
export function fromStart(name: 'LINK' | 'URL' | 'DEMO_URL' | 'STATE' | 'WORKERS'): string {
  const value = process.env[`HEDDLE_E2E_${name}`];
  if (value === undefined) throw new Error(`HEDDLE_E2E_${name} is not set: did Heddle start?`);
  return value;
}

/** The person of all tests. */
export const PERSON = { email: 'admin@localhost', password: 'a long enough password' };

/** Tests run signed in, in the demo namespace, and fail when the page logs an error. */
export const test = base.extend<{ studio: Studio }>({
  storageState: async ({}, use) => {
    const path = fromStart('STATE');
    await use(existsSync(path) ? path : undefined);
  },
  studio: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // The browser itself logs refused requests as errors; a test that provokes one looks at the page.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        errors.push(message.text());
    });
    await use(new Studio(page));
    expect(errors, 'errors in the browser').toEqual([]);
  },
});

export { expect };

/** What people do in Studio, in their words. */
export class Studio {
  constructor(readonly page: Page) {}

  get canvas(): Locator {
    return this.page.getByTestId('editor-canvas');
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${fromStart('URL')}/n/demo/${path}`);
  }

  /** Creates an empty workflow and lands in its editor. */
  async createWorkflow(name: string): Promise<void> {
    await this.open('workflows');
    await this.page.getByRole('button', { name: 'New workflow' }).click();
    await this.page.getByRole('dialog').getByLabel('Name').fill(name);
    await this.page.getByRole('button', { name: 'Create' }).click();
    await expect(this.page.getByText('Start with a node')).toBeVisible();
  }

  /** What the API answers to the signed-in person. */
  async api<T>(query: string, variables: object): Promise<T> {
    const answer = await this.page.request.post(`${fromStart('URL')}/graphql`, {
      headers: { 'x-heddle-request': '1' },
      data: { query, variables },
    });
    const { data, errors } = (await answer.json()) as { data: T; errors?: { message: string }[] };
    expect(errors, 'errors of the API').toBeUndefined();
    return data;
  }

  /** Creates a workflow with this graph and starts a run of it; its id. */
  async run(name: string, graph: object, input: unknown = null): Promise<string> {
    const { createWorkflow } = await this.api<{ createWorkflow: { id: string } }>(
      `mutation($input: CreateWorkflowInput!) {
        createWorkflow(namespace: "demo", input: $input) { id }
      }`,
      { input: { name, graph } },
    );
    const { startRun } = await this.api<{ startRun: { id: string } }>(
      `mutation($id: ID!, $input: JSON) {
        startRun(workflowId: $id, input: $input, useDraft: true) { id }
      }`,
      { id: createWorkflow.id, input },
    );
    return startRun.id;
  }

  /** Opens a run's page with a node selected. */
  async openRun(id: string, node?: string): Promise<void> {
    await this.open(`runs/${id}${node === undefined ? '' : `?node=${node}`}`);
    await expect(this.page.getByTestId('run-state')).toBeVisible();
  }

  /** Waits for a state of a node on the canvas. */
  async nodeIs(key: string, state: string): Promise<void> {
    await expect(this.node(key).locator('.h-card-node')).toHaveAttribute('data-state', state);
  }

  /** Opens a workflow of the list by its name. */
  async openWorkflow(name: string): Promise<void> {
    await this.open('workflows');
    await this.page.getByRole('link', { name, exact: true }).click();
    await expect(this.canvas.locator('.react-flow__node').first()).toBeVisible();
  }

  /** Drags an entry of the palette to a place on the canvas. */
  async drag(entry: string, x: number, y: number): Promise<void> {
    const before = await this.canvas.locator('.react-flow__node').count();
    await this.page
      .locator(`[data-entry="${entry}"]`)
      .dragTo(this.canvas, { targetPosition: { x, y } });
    await expect(this.canvas.locator('.react-flow__node')).toHaveCount(before + 1);
  }

  /** The card of a node on whichever canvas is shown. */
  node(key: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${key}"]`);
  }

  /** Draws an edge from a port to a node. */
  async connect(from: string, port: string, to: string): Promise<void> {
    const before = await this.edges.count();
    const handle = this.node(from).locator(`.h-port[data-port="${port}"]`);
    await isAtRest(handle);
    const source = await middleOf(handle);
    const target = await middleOf(this.node(to).locator('.h-port-entry'));
    await this.page.mouse.move(source.x, source.y);
    await this.page.mouse.down();
    await this.page.mouse.move(target.x - 30, target.y, { steps: 6 });
    await this.page.mouse.move(target.x, target.y, { steps: 4 });
    await this.page.mouse.up();
    await expect(this.edges).toHaveCount(before + 1);
  }

  get edges(): Locator {
    return this.page.locator('.react-flow__edge');
  }

  /** Waits until the server has the draft. */
  async isSaved(): Promise<void> {
    await expect(this.page.locator('.h-save[data-state="saved"]')).toBeVisible();
  }

  async publish(note: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('What changed (optional)').fill(note);
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect(this.page.getByText(/Version \d+ is published\./)).toBeVisible();
  }

  /** Starts a run from the editor, with the input that the dialog offers, and lands on its page. */
  async startRun(): Promise<void> {
    await this.page.getByRole('button', { name: 'Run', exact: true }).click();
    await this.page.getByRole('button', { name: 'Start run' }).click();
    await expect(this.page).toHaveURL(/\/runs\/\d+/);
    await expect(this.page.getByTestId('run-state')).toBeVisible();
  }

  /** Waits for a state of the run on its page, as the live channel brings it. */
  async runIs(state: string): Promise<void> {
    await expect(this.page.getByTestId('run-state')).toHaveText(state, { timeout: 60_000 });
  }
}

/** Middle of an element on the screen. */
export async function middleOf(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('The element is not shown.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Frames that a movement of the canvas may take. */
const FRAMES_MAX = 240;

/** Waits until an element stays where it is: the canvas moves to what was added. */
async function isAtRest(locator: Locator): Promise<void> {
  let before = await middleOf(locator);
  for (let i = 0, still = 0; i < FRAMES_MAX && still < 3; i++) {
    await locator.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
    const now = await middleOf(locator);
    still = now.x === before.x && now.y === before.y ? still + 1 : 0;
    before = now;
  }
}

/** A code field once its editor is loaded. */
function codeField(page: Page, label: string): Locator {
  return page.locator(`.cm-content[aria-label="${label}"]`);
}

/** The whole text of a code field, by the clipboard: the editor renders only the lines in view. */
export async function readCode(page: Page, label: string): Promise<string> {
  await codeField(page, label).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+c');
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Replaces the text of a code field. */
export async function writeCode(page: Page, label: string, text: string): Promise<void> {
  await codeField(page, label).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

let count = 0;
/** A name that no other test uses. */
export function unique(name: string): string {
  count++;
  return `${name} ${Date.now().toString(36)}${count}`;
}
