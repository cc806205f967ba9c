/**
 * Seals a secret before it leaves the page: ECDH P-256 to a one-use key of the app, HKDF-SHA-256, AES-256-GCM.
 *
 * A plain JSON argument would leave copies of a password in WebKit's own buffers, out of the app's reach.
 * Sealed form, base64: key id (8 bytes), ephemeral public point (65), iv (12), ciphertext with tag.
 */
import { key } from './ipc';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const INFO = new TextEncoder().encode('latchkey/seal/v1');

type Envelope = { head: Uint8Array; aes: CryptoKey };

/** Made before it is needed: a pair of keys takes longer than all the rest of a click. */
let ready: Promise<Envelope> | undefined;

/** Somebody is about to send something. */
export function getReady(): void {
  if (ready !== undefined) return;
  ready = envelope();
  // Whoever uses it tries again.
  ready.catch(() => undefined);
}

export async function seal(secret: string): Promise<string> {
  const mine = ready;
  ready = undefined;
  const { head, aes } = await (mine?.catch(envelope) ?? envelope());
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(secret);
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aes, plain);
  plain.fill(0);
  return base64(head, iv, new Uint8Array(ciphertext));
}

/** For one secret: what stands before it, and the key that seals it. */
async function envelope(): Promise<Envelope> {
  const [oneUse, ours] = await Promise.all([key(), crypto.subtle.generateKey(CURVE, false, ['deriveBits'])]);
  const theirs = await crypto.subtle.importKey('raw', bytes(oneUse.public), CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, ours.privateKey, 256);
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const aes = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: INFO },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt'],
  );
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', ours.publicKey));
  return { head: Uint8Array.from([...bytes(oneUse.id), ...point]), aes };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function base64(...parts: Uint8Array[]): string {
  return btoa(parts.map((part) => String.fromCharCode(...part)).join(''));
}
