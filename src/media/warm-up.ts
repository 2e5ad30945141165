/**
 * Has the browser get ready for its first connection: that starts threads and asks what the codecs can do, which takes a while and
 * can as well happen while a server is being asked where to connect.
 */
export function warmUp(): void {
  const connection = new RTCPeerConnection();
  connection.addTransceiver("video");
  connection.createOffer().then(
    () => connection.close(),
    // The connections that count will say what is wrong.
    () => connection.close(),
  );
}
