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

  /// The request that is being received or answered.
  private struct Exchange {
    let head: HTTPRequestHead
    var request: Request
    /// What is to be done; nil for a refusal that has been decided on.
    var route: Route?
    var refusal: Answer?
    /// Whether all of it has been received.
    var isComplete = false
    /// Whether the answer has been begun before that, as the body is too long.
    var isAnsweredEarly = false
  }

  private let site: Site
  private let hosts: HostCheck
  private let patience: TimeAmount
  private var exchange: Exchange?
  private var isAnswering = false
  /// Whether the connection has been closed.
  private var isClosed = false
  /// Whether the client has closed its side.
  private var isInputClosed = false
  private var deadline: Scheduled<Void>?
  private var stream: EventStream?

  /// - Parameter patience: the maximum time for receiving a request, counted from the last answer, and for sending
  ///   the answer.
  init(_ site: Site, _ hosts: HostCheck, patience: TimeAmount) {
    (self.site, self.hosts, self.patience) = (site, hosts, patience)
  }

  func channelActive(context: ChannelHandlerContext) {
    setDeadline(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Requests that came together with the last one answered follow; so they do where the client has gone.
    guard !isClosed else { return }
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let bytes): receive(bytes, context)
    case .end: end(context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
    isInputClosed = true
    if !isAnswering || stream != nil { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    deadline?.cancel()
    stream?.stop()
    stream = nil
    forgetExchange()
    context.fireChannelInactive()
  }

  private func setDeadline(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
  }
}

// Receiving.
extension Connection {
  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    var exchange = Exchange(head: head, request: Request(head.method, head.uri, head.headers))
    // No browser reaches a Unix socket, and proxies put any name there.
    if context.channel.localAddress?.protocol != .unix { exchange.refusal = hosts.refusal(of: head) }
    if exchange.refusal == nil {
      switch site.route(of: exchange.request) {
      case .success(let route): exchange.route = route
      case .failure(let refusal): exchange.refusal = refusal.answer
      }
    }
    self.exchange = exchange
    if let longest = exchange.route?.longestBody, Self.announcedLength(of: head) > longest {
      refuseBody(.payloadTooLarge, "the body may have at most \(longest) bytes", context)
    } else if head.version != .http1_0, head.headers.first(name: "expect")?.lowercased() == "100-continue" {
      context.writeAndFlush(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }
  }

  /// How long the body is to be; 0 if the request does not say so.
  ///
  /// The decoder also lets lengths pass that no `Int` holds.
  private static func announcedLength(of head: HTTPRequestHead) -> Int {
    guard let length = head.headers.first(name: "content-length") else { return 0 }
    return Int(length.filter(\.isNumber)) ?? .max
  }

  private func receive(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    // Bodies that are of no use are read to find the next request.
    guard exchange?.isAnsweredEarly == false, let longest = exchange?.route?.longestBody,
      let length = exchange?.request.body.count
    else { return }
    guard length + bytes.readableBytes <= longest else {
      return refuseBody(.payloadTooLarge, "the body may have at most \(longest) bytes", context)
    }
    guard site.bodies.take(bytes.readableBytes) else {
      return refuseBody(.tooManyRequests, "too many requests at a time", context, [Site.retry])
    }
    // In place: with a copy for each part, a body in parts of one byte would cost the square of its length.
    exchange?.request.body += bytes.readableBytesView
  }

  /// Answers before all of the body has been received; the rest is skipped, and the connection closed behind it.
  private func refuseBody(
    _ status: HTTPResponseStatus, _ detail: String, _ context: ChannelHandlerContext,
    _ fields: [(String, String)] = []
  ) {
    exchange?.isAnsweredEarly = true
    send(.problem(status, detail, fields), context)
  }

  private func end(_ context: ChannelHandlerContext) {
    guard let exchange else { return }
    self.exchange?.isComplete = true
    if exchange.isAnsweredEarly {
      if !isAnswering { context.close(promise: nil) }
      return
    }
    isAnswering = true
    deadline?.cancel()
    let pace = exchange.request.path == "/healthz" ? site.healthPace : site.pace
    let delay = pace.delay(at: .now(), cost: exchange.route?.isInTurn == true && site.turns.competes ? 2 : 1)
    guard delay > .nanoseconds(0) else { return answer(context) }
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.answer(context) }
  }

  private func forgetExchange() {
    guard let exchange else { return }
    site.bodies.giveBack(exchange.request.body.count)
    self.exchange = nil
  }
}

// Answering.
extension Connection {
  private func answer(_ context: ChannelHandlerContext) {
    guard let exchange else { return }
    let (site, request) = (site, exchange.request)
    switch exchange.route?.handler {
    case nil: send(exchange.refusal ?? Answer(body: ""), context)
    case .atOnce(let handler): send(handler(site, request), context)
    case .inTurn(let handler): submit(handler, request, context)
    case .events: beginStream(context)
    }
  }

  /// Lets the thread for such requests answer; meanwhile there is no deadline, as the client is not at fault.
  private func submit(
    _ handler: @escaping @Sendable (Site, Request) -> Answer, _ request: Request,
    _ context: ChannelHandlerContext
  ) {
    let (site, loop) = (site, context.eventLoop)
    let isOpen = NIOLoopBound((self, context), eventLoop: loop)
    let isAccepted = site.turns.submit {
      let answer = handler(site, request)
      loop.execute {
        let (connection, context) = isOpen.value
        // The client may have gone in the meantime.
        if connection.exchange != nil { connection.send(answer, context) }
      }
    }
    if !isAccepted { refuseLater(context) }
  }

  /// Refuses after a second: a client that asks again at once would cost more than those whose turn has come.
  private func refuseLater(_ context: ChannelHandlerContext) {
    let answer = Answer.problem(.tooManyRequests, "too many requests at a time", [Site.retry])
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) {
      self.send(answer, context)
    }
  }

  private func send(_ answer: Answer, _ context: ChannelHandlerContext) {
    guard let exchange else { return }
    isAnswering = true
    setDeadline(context)
    let (request, isEarly) = (exchange.head, exchange.isAnsweredEarly)
    var headers = answer.headers
    let isLast =
      !request.isKeepAlive || isEarly || Self.offersOtherProtocol(request) || Self.hasDoubtfulEnd(request)
    if isLast {
      headers.add(name: "Connection", value: "close")
    } else if request.version == .http1_0 {
      headers.add(name: "Connection", value: "keep-alive")
    }
    let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    var parts = [HTTPServerResponsePart.head(head)]
    if request.method != .HEAD {
      parts.append(.body(.byteBuffer(context.channel.allocator.buffer(bytes: answer.body))))
    }
    send(parts, context) { self.finish(context, isLast: isLast) }
  }

  /// Whether a request offers to go on in another protocol, such as h2c: RFC 9110, 7.8 and 9.3.6.
  ///
  /// The offer is declined, but NIO's decoder may read nothing behind it.
  private static func offersOtherProtocol(_ request: HTTPRequestHead) -> Bool {
    request.method == .CONNECT || request.headers.contains(name: "upgrade")
  }

  /// Whether others may take a request to end elsewhere: HTTP/1.0 knows no chunks, so that a proxy of that version
  /// passes on what is behind them. RFC 9112, 6.1.
  private static func hasDoubtfulEnd(_ request: HTTPRequestHead) -> Bool {
    request.version == .http1_0 && request.headers.contains(name: "transfer-encoding")
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
    let isComplete = exchange?.isComplete != false
    limit(of: context)?.noteProgress(of: context.channel)
    // Closing before all of a body has come would reset the connection, and the client would miss the answer.
    if isLast, !isComplete, !isInputClosed { return }
    forgetExchange()
    if isLast || isInputClosed { return context.close(promise: nil) }
    setDeadline(context)
    // This also delivers the next request if it has been received already.
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func limit(of context: ChannelHandlerContext) -> ConnectionLimit? {
    try? context.channel.parent?.pipeline.syncOperations.handler(type: ConnectionLimit.self)
  }
}

// Events.
extension Connection {
  private func beginStream(_ context: ChannelHandlerContext) {
    guard let request = exchange?.head else { return }
    var headers = Answer.commonHeaders(Route.eventStream)
    headers.add(name: "Connection", value: "close")
    // A client of HTTP/1.0 does not know chunks, in which the encoder would send the body.
    let version = request.version == .http1_0 ? HTTPVersion.http1_0 : .http1_1
    let head = HTTPServerResponsePart.head(HTTPResponseHead(version: version, status: .ok, headers: headers))
    guard request.method != .HEAD else {
      setDeadline(context)
      return send([head], context) { self.finish(context, isLast: true) }
    }
    guard site.streams.take() else {
      return send(.problem(.tooManyRequests, "too many pages are open", [("Retry-After", "10")]), context)
    }
    forgetExchange()
    limit(of: context)?.exempt(context.channel)
    context.write(wrapOutboundOut(head), promise: nil)
    let stream = EventStream(site, context, patience: patience) { text in
      self.wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: text))))
    }
    // Kept before it begins: for a client that has gone, the first write ends it.
    self.stream = stream
    stream.begin()
  }
}
