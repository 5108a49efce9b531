// The images of the live stream on a WebSocket: each is asked for, so a page that does not keep up, or is not seen, gets fewer.
const arrays = { uint8: Uint8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array };

/** Calls `take(header, values)` for each image, `values` null when there is nothing new. Returns what ends it. */
export function follow(ask, take, state) {
  let socket, ended = false, timer;
  const request = () => {
    if (!document.hidden && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(ask()));
  };
  const connect = () => {
    socket = new WebSocket(new URL('api/v1/live', location.href.replace(/^http/, 'ws')));
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => { state('open'); request(); };
    socket.onmessage = ({ data }) => {
      const length = new DataView(data).getInt32(0, true);
      const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
      const type = arrays[header.type];
      take(header, type ? new type(data, 4 + length, header.columns * header.rows) : null);
      requestAnimationFrame(request);   // after it is drawn
    };
    socket.onclose = () => {
      if (ended) return;
      state('closed');
      timer = setTimeout(connect, 2000);
    };
  };
  document.addEventListener('visibilitychange', request);
  connect();
  const end = () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', request);
    socket.close();
  };
  addEventListener('pagehide', end);
  return end;
}
