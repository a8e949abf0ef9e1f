/**
 * What ships inside bundles: edge/ is the client, cloud/ the server, wire/ the protocol between them, codecs/ the coding of
 * what crosses, web/ the parts that differ in browsers. It imports numerics/ alone, because all of it is compiled into bundles.
 */
