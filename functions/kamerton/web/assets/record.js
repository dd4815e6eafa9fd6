// Music from the room: recorded for a moment, with its level shown, and sent as a file from the form that stands there.

const MOST_MS = 15_000;
const form = document.querySelector(".hear-form");
const [button, meter, said] = [".record", "meter", "[role=status]"].map((part) => form.querySelector(part));
const words = button.textContent;
// As it sounds in the room: what makes speech clear spoils music.
const HOW = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } };

let recorder = null;

button.addEventListener("click", () => (recorder ? recorder.stop() : start()));
button.hidden = !(navigator.mediaDevices && window.MediaRecorder);

async function start() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(HOW);
  } catch {
    said.textContent = button.dataset.refused;
    return;
  }
  const parts = [];
  recorder = new MediaRecorder(stream);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    stream.getTracks().forEach((track) => track.stop());
    meter.hidden = true;
    button.textContent = words;
    send(new Blob(parts, { type: recorder.mimeType }));
    recorder = null;
  });
  recorder.start();
  button.textContent = button.dataset.stop;
  show(stream);
  setTimeout(() => recorder?.stop(), MOST_MS);
}

function show(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  meter.hidden = false;
  const step = () => {
    if (!recorder) return context.close();
    analyser.getFloatTimeDomainData(samples);
    meter.value = Math.min(1, 3 * Math.max(...samples.map(Math.abs)));
    requestAnimationFrame(step);
  };
  step();
}

function send(sound) {
  const files = new DataTransfer();
  files.items.add(new File([sound], "recording"));
  form.elements.file.files = files.files;
  form.requestSubmit(form.querySelector("[type=submit]"));
}
