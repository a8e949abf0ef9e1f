/** The camera as a source of pictures. */

const video = document.getElementById('video');
const viewfinder = document.getElementById('viewfinder');
const picture = document.getElementById('picture');

/**
 * Reads frames until stopped, as fast as they are understood.
 * @param {(video: HTMLVideoElement) => Promise<void>} read
 * @returns {Promise<() => void>} ends it
 */
export async function startCamera(read) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1280 } },
  });
  video.srcObject = stream;
  await video.play();
  viewfinder.hidden = false;
  picture.hidden = true;
  let isOn = true;
  const next = async () => {
    if (!isOn) return;
    await read(video);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  return () => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    viewfinder.hidden = true;
    picture.hidden = false;
  };
}
