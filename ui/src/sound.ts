/**
 * Plays a WAV file from its bytes: the content security policy has no source for a media element, and needs none.
 */
export type Sound = { samples: Float32Array<ArrayBuffer>; rate: number };

/** Understands PCM of 8 and 16 bits; of several channels the first. */
export function decode(base64: string): Sound {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const name = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (name(0) !== 'RIFF' || name(8) !== 'WAVE') throw new Error('this is no WAV file');
  let format: { channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [start, length] = [at + 8, view.getUint32(at + 4, true)];
    if (name(at) === 'fmt ') {
      if (view.getUint16(start, true) !== 1) throw new Error('this is no PCM');
      format = { channels: view.getUint16(start + 2, true), rate: view.getUint32(start + 4, true), bits: view.getUint16(start + 14, true) };
    }
    if (name(at) === 'data' && format !== undefined) {
      const { channels, rate, bits } = format;
      const width = (bits / 8) * channels;
      const count = Math.floor(Math.min(length, bytes.length - start) / width);
      const sample = (index: number) =>
        bits === 8 ? (view.getUint8(start + index * width) - 128) / 128 : view.getInt16(start + index * width, true) / 32768;
      return { samples: Float32Array.from({ length: count }, (_, index) => sample(index)), rate };
    }
    // Chunks begin at even places.
    at = start + length + (length % 2);
  }
  throw new Error('there is no sound in this file');
}

/** Plays to its end or until the answer is called; says when it is over either way. */
export function play({ samples, rate }: Sound, over: () => void): () => void {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(samples, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  source.onended = () => {
    void context.close();
    over();
  };
  source.start();
  return () => source.stop();
}
