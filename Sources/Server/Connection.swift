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
  private let hosts: HostCheck
  private let patience: TimeAmount
  private var request: HTTPRequestHead?
  private var isAnswering = false
  /// Whether the client has closed its side.
  private var isInputClosed = false
  private var deadline: Scheduled<Void>?

  /// - Parameter patience: the maximum time for receiving a request, counted from the last answer, and for sending
  ///   the answer.
  init(_ site: StatusSite, _ hosts: HostCheck, patience: TimeAmount) {
    (self.site, self.hosts, self.patience) = (site, hosts, patience)
  }

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
    let answer = refusal(of: request, context) ?? site.answer(to: request.method, request.uri)
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

  /// The answer to a request for another server. No browser reaches a Unix socket, and proxies put any name there.
  private func refusal(of request: HTTPRequestHead, _ context: ChannelHandlerContext) -> Answer? {
    context.channel.localAddress?.protocol == .unix ? nil : hosts.refusal(of: request)
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
    let listener = context.channel.parent?.pipeline.syncOperations
    try? listener?.handler(type: ConnectionLimit.self).noteProgress(of: context.channel)
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

/// Limits the number of open connections: a new one replaces the one that has had no answer for the longest time.
///
/// So clients that send or read slowly, however many, delay nobody: a request that arrives at once is answered at once.
/// A handler of a listening socket whose connections are served by the same event loop.
final class ConnectionLimit: ChannelInboundHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel

  private let limit: Int
  /// In the order of their last answers, or of their arrival if they have had none.
  private var open: [any Channel] = []

  init(_ limit: Int) { self.limit = limit }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let channel = unwrapInboundIn(data)
    if open.count >= limit { open.removeFirst().close(promise: nil) }
    open.append(channel)
    channel.closeFuture.assumeIsolated().whenComplete { _ in self.open.removeAll { $0 === channel } }
    context.fireChannelRead(data)
  }

  /// Notes that the client has received an answer.
  func noteProgress(of channel: any Channel) {
    guard let index = open.firstIndex(where: { $0 === channel }) else { return }
    open.append(open.remove(at: index))
  }
}
