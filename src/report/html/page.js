"use strict";
(() => {
  // The sound is mu-law or 16-bit PCM in a WAV file, decoded here, so that it plays from any browser to the millisecond.
  const clips = [...document.querySelectorAll("script.clip")].map(s => ({from: +s.dataset.from, to: +s.dataset.to, text: s.textContent.trim()}));
  let audio = null, node = null, timer = 0, button = null;

  const decoded = clip => {
    if (clip.buffer) return clip.buffer;
    const raw = atob(clip.text), bytes = Uint8Array.from(raw, c => c.charCodeAt(0)), view = new DataView(bytes.buffer);
    let at = 12, format = 7, channels = 1, rate = 8000, data = 0, size = 0;
    while (at + 8 <= bytes.length) {
      const id = raw.slice(at, at + 4), length = view.getUint32(at + 4, true);
      if (id === "fmt ") { format = view.getUint16(at + 8, true); channels = view.getUint16(at + 10, true); rate = view.getUint32(at + 12, true); }
      if (id === "data") { data = at + 8; size = Math.min(length, bytes.length - data); break; }
      at += 8 + length + (length & 1);
    }
    const wide = format === 7 ? 1 : 2, frames = Math.floor(size / wide / channels);
    clip.buffer = audio.createBuffer(channels, Math.max(frames, 1), rate);
    for (let c = 0; c < channels; c++) {
      const out = clip.buffer.getChannelData(c);
      for (let i = 0; i < frames; i++) {
        const p = data + (i * channels + c) * wide;
        if (wide === 2) { out[i] = view.getInt16(p, true) / 32768; continue; }
        const u = ~bytes[p] & 255, e = (u >> 4) & 7, m = ((((u & 15) << 3) + 132) << e) - 132;
        out[i] = (u & 128 ? -m : m) / 32768;
      }
    }
    return clip.buffer;
  };

  const head = seconds => {
    for (const svg of document.querySelectorAll(".picture > svg")) {
      const line = svg.querySelector(".playhead"), from = +svg.dataset.from, to = +svg.dataset.to;
      const inside = seconds !== null && seconds >= from && seconds < to;
      line.style.visibility = inside ? "visible" : "hidden";
      if (inside) {
        const x = +svg.dataset.left + (seconds - from) / (to - from) * +svg.dataset.width;
        line.setAttribute("x1", x); line.setAttribute("x2", x);
      }
    }
    for (const turn of document.querySelectorAll(".turn")) {
      turn.classList.toggle("now", seconds !== null && seconds >= +turn.dataset.from && seconds < +turn.dataset.to);
    }
  };

  const stop = () => {
    if (node) { node.onended = null; try { node.stop(); } catch (e) { /* had ended */ } node = null; }
    cancelAnimationFrame(timer);
    if (button) { button.classList.remove("on"); button = null; }
    head(null);
  };

  const play = (from, to, by) => {
    const again = by && by === button;
    stop();
    if (again) return;
    const clip = clips.find(c => from >= c.from - 0.01 && from < c.to);
    if (!clip) return;
    audio = audio || new AudioContext();
    audio.resume();
    node = audio.createBufferSource();
    node.buffer = decoded(clip);
    node.connect(audio.destination);
    const started = audio.currentTime + 0.02;
    node.start(started, from - clip.from, Math.min(to, clip.to) - from);
    node.onended = stop;
    button = by; if (button) button.classList.add("on");
    const tick = () => { head(from + Math.max(0, audio.currentTime - started)); timer = requestAnimationFrame(tick); };
    tick();
  };

  document.addEventListener("click", event => {
    const hit = event.target.closest("[data-play]");
    if (!hit) return;
    const [from, to] = hit.dataset.play.split(" ").map(Number);
    play(from, to, hit.matches("button") ? hit : null);
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") stop(); });
})();
