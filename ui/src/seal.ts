/**
 * Seals a secret before it leaves the page: ECDH P-256 to a one-use key of the app, HKDF-SHA-256, AES-256-GCM.
 *
 * A plain JSON argument would leave copies of a password in WebKit's own buffers, out of the app's reach.
 * Sealed form, base64: key id (8 bytes), ephemeral public point (65), iv (12), ciphertext with tag.
 */
import { key } from './ipc';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const INFO = new TextEncoder().encode('latchkey/seal/v1');

export async function seal(secret: string): Promise<string> {
  const oneUse = await key();
  const theirs = await crypto.subtle.importKey('raw', bytes(oneUse.public), CURVE, false, []);
  const ours = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, ours.privateKey, 256);
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const aes = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: INFO },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt'],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(secret);
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aes, plain);
  plain.fill(0);
  const point = await crypto.subtle.exportKey('raw', ours.publicKey);
  return base64(bytes(oneUse.id), new Uint8Array(point), iv, new Uint8Array(ciphertext));
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function base64(...parts: Uint8Array[]): string {
  return btoa(parts.map((part) => String.fromCharCode(...part)).join(''));
}
