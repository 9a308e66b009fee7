internal import NIOCore
internal import NIOHTTP1

/// The connection of one client: answers requests in order until either side closes it.
///
/// The end of an answer is written only after everything before it has been sent, and the next request is processed
/// only after that (`HTTPServerPipelineHandler`): a client that does not read makes no progress, and costs the memory
/// of one answer. An error closes the connection and is not logged, as port scans would fill the journal.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let site: StatusSite
  private let patience: TimeAmount
  private var request: HTTPRequestHead?
  private var isAnswering = false
  /// Whether the client has closed its side.
  private var isInputClosed = false
  private var deadline: Scheduled<Void>?

  /// - Parameter patience: the maximum time for receiving a request, counted from the last answer, and for sending
  ///   the answer.
  init(_ site: StatusSite, patience: TimeAmount) { (self.site, self.patience) = (site, patience) }

  func channelActive(context: ChannelHandlerContext) {
    setDeadline(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = head
    // Bodies are not used; they are read to find the next request.
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

  /// Writes `parts`, and calls `onSent` when they have been passed to the kernel.
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
    // This also delivers the next request if it has been received already.
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func setDeadline(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
  }
}

/// Limits the number of open connections; others wait in the kernel until one closes.
///
/// A handler of a listening socket whose connections are served by the same event loop.
final class ConnectionLimit: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = Never

  private let limit: Int
  private var open = 0
  /// Whether an accept is pending.
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
