internal import NIOCore
internal import NIOHTTP1

/// Limits what a client sends ahead: parts of requests that wait for the answer to another one.
///
/// While a request is answered nothing is read, but of a client that has closed its side NIO reads at once
/// all that the kernel holds, and requests take fifty times their length once they are read. A handler
/// between the decoder and `HTTPServerPipelineHandler`, which keeps them.
final class AheadLimit: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let limit: Int
  /// Requests that have been received to their ends, and not answered to the ends of their answers.
  private var requests = 0
  /// Parts that have been received since there was none.
  private var parts = 0

  /// - Parameter limit: the maximum number of parts; a client that sends more is sent away.
  init(_ limit: Int) { self.limit = limit }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if requests > 0 { parts += 1 }
    // The decoder passes on the rest of what it has been given, also after that.
    guard parts <= limit else { return context.close(promise: nil) }
    if case .end = unwrapInboundIn(data) { requests += 1 }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      // What is no request is answered too.
      requests = max(0, requests - 1)
      if requests == 0 { parts = 0 }
    }
    context.write(data, promise: promise)
  }
}
