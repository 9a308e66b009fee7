internal import NIOCore
internal import NIOHTTP1

/// One client's connection: answers its requests, one after the other, until either side has had enough.
///
/// The end of an answer is written only when all before it has left, and the next request is looked at only after that
/// (`HTTPServerPipelineHandler`): who sends and does not read gets no further, and costs the memory of one answer.
/// What goes wrong on a connection ends that connection and is not logged; whoever scans ports would fill the journal.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let site: StatusSite
  private let patience: TimeAmount
  private var request: HTTPRequestHead?
  private var isAnswering = false
  /// Whether the client has said that it sends no more.
  private var isInputClosed = false
  private var deadline: Scheduled<Void>?

  /// - Parameter patience: a request may take so long to come as a whole, from the last answer on, and so may its answer
  ///   to leave.
  init(_ site: StatusSite, patience: TimeAmount) { (self.site, self.patience) = (site, patience) }

  func channelActive(context: ChannelHandlerContext) {
    setDeadline(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = head
    // Nothing that is served here takes one; it is read so that the next request is found.
    case .body: break
    case .end: answer(context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
    isInputClosed = true
    if !isAnswering { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    context.fireChannelInactive()
  }

  private func answer(_ context: ChannelHandlerContext) {
    guard let request else { return }
    self.request = nil
    isAnswering = true
    setDeadline(context)
    let answer = site.answer(to: request.method, request.uri)
    var headers = answer.headers
    if !request.isKeepAlive {
      headers.add(name: "Connection", value: "close")
    } else if request.version == .http1_0 {
      headers.add(name: "Connection", value: "keep-alive")
    }
    let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    var parts = [HTTPServerResponsePart.head(head)]
    if request.method != .HEAD {
      parts.append(.body(.byteBuffer(context.channel.allocator.buffer(string: answer.body))))
    }
    send(parts, context) { self.finish(context, isLast: !request.isKeepAlive) }
  }

  /// Writes `parts`, and calls `onSent` when the kernel has all of them.
  private func send(
    _ parts: [HTTPServerResponsePart], _ context: ChannelHandlerContext, onSent: @escaping () -> Void
  ) {
    let sent = parts.map { context.write(wrapOutboundOut($0)) }
    context.flush()
    sent.last?.assumeIsolated().whenSuccess(onSent)
  }

  private func finish(_ context: ChannelHandlerContext, isLast: Bool) {
    isAnswering = false
    if isLast || isInputClosed { return context.close(promise: nil) }
    setDeadline(context)
    // With this comes the next request, if it is there already.
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func setDeadline(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
  }
}

/// Accepts a limited number of connections at once; others wait in the kernel until one of these has gone.
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
