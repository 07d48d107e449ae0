/** Certificates of the data folder: identities, authorities, and the local CA, a file of its own each. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { CertificateFiles, NewIdentity, StoredCertificate } from '../../../../shared/certificates.ts';
import { FailureError } from '../../../../shared/failure.ts';
import { requireHeld } from '../../disk/data-folder.ts';
import { replaceFile } from '../../disk/write-file.ts';
import { certificateInfo } from './certificate-info.ts';
import { importFiles } from './certificate-import.ts';
import { unknownCertificate, type CertificateSource, type Identity } from './identity.ts';
import type { LocalAuthority, Pair } from './local-authority.ts';

const localId = 'local';
const mostCertificates = 1000;
/** Files that are open at a time: descriptors are for sockets. */
const readsAtOnce = 16;
/** Leaves made for servers without a certificate of their own; by their names, so that each is made once a run. */
const mostAutomatic = 32;

const info = v.strictObject({
  subject: v.string(),
  issuer: v.string(),
  alternativeNames: v.array(v.string()),
  validFrom: v.number(),
  validTo: v.number(),
  serialNumber: v.string(),
  fingerprint: v.string(),
  key: v.string(),
  isAuthority: v.boolean(),
});
const common = {
  format: v.literal(1),
  name: v.string(),
  origin: v.picklist(['made', 'imported']),
  chain: v.array(info),
  created: v.number(),
};
const storedFile = v.variant('kind', [
  v.strictObject({ ...common, kind: v.literal('identity'), cert: v.string(), key: v.string() }),
  v.strictObject({ ...common, kind: v.literal('authority'), cert: v.string() }),
]);
const pair = v.strictObject({ cert: v.string(), key: v.string() });
const localFile = v.strictObject({ format: v.literal(1), ec: pair, rsa: pair });
type StoredFile = v.InferOutput<typeof storedFile>;

/** Loaded when the first certificate is made: it would be a quarter of the time of each start. */
const authority = () => import('./local-authority.ts');

export class CertificateStore implements CertificateSource {
  readonly #folder: string;
  readonly #workers: URL;
  #local: Promise<LocalAuthority> | null = null;
  #automatic = new Map<string, Promise<Identity>>();

  /** Nothing is read or made before it is asked for. `workers`: the folder of their bundles. */
  constructor(folder: string, workers: URL) {
    this.#folder = folder;
    this.#workers = workers;
  }

  /** The local CA first where it was made, then the others by age. A file that cannot be read is left out. */
  async list(): Promise<StoredCertificate[]> {
    const ids = await this.#ids();
    const files: ({ id: string; file: StoredFile } | null)[] = [];
    for (let at = 0; at < ids.length; at += readsAtOnce)
      files.push(...(await Promise.all(ids.slice(at, at + readsAtOnce).map((id) => this.#read(id)))));
    const stored = files
      .filter((file) => file !== null)
      .toSorted((one, other) => one.file.created - other.file.created)
      .map(({ id, file }) => storedOf(id, file));
    const local = await this.#readLocal();
    return local === null ? stored : [localOf(local), ...stored];
  }

  /** Throws INVALID_ARGUMENT (subject `hosts`) for what is neither a name nor an address. */
  async makeIdentity({ name, hosts, keyType }: NewIdentity): Promise<StoredCertificate> {
    const { cert, key } = await (await authority()).makeLeaf(await this.#authority(), hosts, keyType);
    const chain = [certificateInfo(new X509Certificate(cert))];
    return this.#add({
      kind: 'identity',
      origin: 'made',
      name: named(name, chain, hosts[0]),
      chain,
      cert,
      key,
    });
  }

  /** Throws what `readIdentity` and `readAuthority` say. */
  async importFiles(files: CertificateFiles): Promise<StoredCertificate> {
    const { chain, cert, key } = await importFiles(files, this.#workers);
    const common = { origin: 'imported', name: named(files.name, chain), chain, cert } as const;
    return this.#add(key === null ? { kind: 'authority', ...common } : { kind: 'identity', ...common, key });
  }

  /** Removing the local CA means that the next certificate is made by a new one. */
  async remove(id: string): Promise<void> {
    if (id === localId) {
      this.#local = null;
      this.#automatic.clear();
    } else if ((await this.#read(id)) === null) throw unknownCertificate(id);
    requireHeld(this.#folder);
    await rm(this.#path(id), { force: true });
  }

  /** Certificates alone, never a key. Rejects with CERTIFICATE_UNKNOWN. */
  async pem(id: string): Promise<string> {
    if (id === localId) {
      const local = await this.#readLocal();
      if (local === null) throw unknownCertificate(id);
      return local.ec.cert + local.rsa.cert;
    }
    const file = (await this.#read(id))?.file;
    if (file === undefined) throw unknownCertificate(id);
    return file.cert;
  }

  async identity(id: string): Promise<Identity> {
    const file = (await this.#read(id))?.file;
    if (file === undefined || file.kind === 'authority') throw unknownCertificate(id);
    return { chain: file.chain, material: { cert: file.cert, key: file.key } };
  }

  /** An identity is an authority too: of itself, as for a self-signed certificate. */
  async authority(id: string): Promise<string[]> {
    if (id === localId) {
      const { ec, rsa } = await this.#authority();
      return [ec.cert, rsa.cert];
    }
    return [await this.pem(id)];
  }

  automatic(hosts: string[]): Promise<Identity> {
    const names = hosts.toSorted().join(' ');
    const known = this.#automatic.get(names);
    if (known !== undefined) return known;
    const made = this.#makeAutomatic(hosts);
    if (this.#automatic.size >= mostAutomatic) this.#automatic.clear();
    this.#automatic.set(names, made);
    made.catch(() => this.#automatic.delete(names));
    return made;
  }

  async #makeAutomatic(hosts: string[]): Promise<Identity> {
    const material = await (await authority()).makeLeaf(await this.#authority(), hosts, 'ec');
    return madeIdentity(material);
  }

  /** Made once, however many ask for it at the same time. */
  #authority(): Promise<LocalAuthority> {
    this.#local ??= this.#openLocal().catch((error) => {
      this.#local = null;
      throw error;
    });
    return this.#local;
  }

  async #openLocal(): Promise<LocalAuthority> {
    const kept = await this.#readLocal();
    if (kept !== null) return kept;
    const local = await (await authority()).makeLocalAuthority(hostname());
    await this.#write(localId, { format: 1, ...local });
    return local;
  }

  async #readLocal(): Promise<LocalAuthority | null> {
    const parsed = v.safeParse(localFile, await this.#readJson(localId));
    return parsed.success ? { ec: parsed.output.ec, rsa: parsed.output.rsa } : null;
  }

  async #add(file: Without<StoredFile, 'format' | 'created'>): Promise<StoredCertificate> {
    if ((await this.#ids()).length >= mostCertificates)
      throw new FailureError({ code: 'TOO_MANY_CERTIFICATES' });
    const id = `c${randomBytes(6).toString('hex')}`;
    const whole: StoredFile = { ...file, format: 1, created: Date.now() };
    await this.#write(id, whole);
    return storedOf(id, whole);
  }

  async #ids(): Promise<string[]> {
    try {
      const names = await readdir(this.#folder);
      return names.flatMap((name) => /^(c[0-9a-f]{12})\.json$/.exec(name)?.[1] ?? []);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async #read(id: string): Promise<{ id: string; file: StoredFile } | null> {
    const parsed = v.safeParse(storedFile, await this.#readJson(id));
    return parsed.success ? { id, file: parsed.output } : null;
  }

  /** null where there is no such file, or what is in it was damaged. */
  async #readJson(id: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.#path(id), 'utf8'));
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async #write(id: string, content: object): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#path(id), JSON.stringify(content));
  }

  #path(id: string): string {
    if (!/^(local|c[0-9a-f]{12})$/.test(id)) throw unknownCertificate(id);
    return join(this.#folder, `${id}.json`);
  }
}

/** For a leaf of the local CA. */
const madeIdentity = (material: Pair): Identity => ({
  chain: [certificateInfo(new X509Certificate(material.cert))],
  material,
});

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

function storedOf(id: string, { kind, name, origin, chain }: StoredFile): StoredCertificate {
  return { id, kind, name, origin, chain };
}

function localOf({ ec, rsa }: LocalAuthority): StoredCertificate {
  const chain = [ec, rsa].map(({ cert }) => certificateInfo(new X509Certificate(cert)));
  return { id: localId, kind: 'authority', name: 'Socketscope', origin: 'made', chain };
}

/** One line without control characters; without a name, what the certificate is for. */
function named(name: string, chain: { subject: string }[], otherwise?: string): string {
  const clean = (text: string): string =>
    text
      .replaceAll(/[\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, 80);
  const commonName = /(?:^|, )CN=(.*?)(?:, [A-Z]+=|$)/.exec(chain[0]?.subject ?? '')?.[1];
  return clean(name) || clean(otherwise ?? '') || clean(commonName ?? '') || 'Certificate';
}
