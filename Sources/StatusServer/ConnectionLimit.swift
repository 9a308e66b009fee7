internal import NIOCore

/// Accepts no more than so many connections at once; others wait in the kernel until one of these has gone.
///
/// A handler of one listening socket, whose connections are all served by its own event loop.
final class ConnectionLimit: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = Never

  private let limit: Int
  private var open = 0
  /// Whether more would have been accepted.
  private var isWaiting = false

  init(_ limit: Int) { self.limit = limit }

  func read(context: ChannelHandlerContext) {
    if open < limit { context.read() } else { isWaiting = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    open += 1
    unwrapInboundIn(data).closeFuture.assumeIsolated().whenComplete { _ in
      self.open -= 1
      guard self.isWaiting else { return }
      self.isWaiting = false
      context.read()
    }
    context.fireChannelRead(data)
  }
}
