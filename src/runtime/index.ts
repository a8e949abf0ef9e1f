/**
 * What ships inside bundles: the client of the edge side, the server of the cloud side, the wire between them, codecs.
 * It imports numerics/ alone, because all of it is compiled into bundles. web/ holds what differs in browsers.
 */
