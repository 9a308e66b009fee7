internal import NIOCore
internal import NIOHTTP1

/// The daemon's state as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), for as
/// long as the client reads.
final class EventStream {
  private let site: Site
  private let context: ChannelHandlerContext
  private let patience: TimeAmount
  private let part: (String) -> NIOAny
  private var nextTick: Scheduled<Void>?
  private var lastSent = NIODeadline.now()

  private static let interval = TimeAmount.seconds(2)

  /// A stream that has not begun.
  ///
  /// - Parameters:
  ///   - patience: how long a client may not read before it is sent away.
  ///   - part: a text as a part of the body.
  init(
    _ site: Site, _ context: ChannelHandlerContext, patience: TimeAmount, part: @escaping (String) -> NIOAny
  ) {
    (self.site, self.context, self.patience, self.part) = (site, context, patience, part)
  }

  /// Sends the first event.
  ///
  /// The channel may be closed when it returns, as a write shows that the client has gone.
  func begin() {
    // Clients that have lost the connection come back after this time.
    context.writeAndFlush(part("retry: 2000\n\n"), promise: nil)
    tick()
  }

  /// Ends it, once; the allowance is free for another.
  func stop() {
    nextTick?.cancel()
    nextTick = nil
    site.streams.giveBack()
  }

  private func tick() {
    guard context.channel.isActive else { return }
    if context.channel.isWritable {
      lastSent = .now()
      context.writeAndFlush(part("event: state\ndata: \(site.event())\n\n"), promise: nil)
    } else if .now() - lastSent > patience {
      return context.close(promise: nil)
    }
    nextTick = context.eventLoop.assumeIsolated().scheduleTask(in: Self.interval) { [weak self] in
      self?.tick()
    }
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
    channel.closeFuture.assumeIsolated().whenComplete { _ in self.exempt(channel) }
    context.fireChannelRead(data)
  }

  /// Notes that the client has received an answer.
  func noteProgress(of channel: any Channel) {
    guard let index = open.firstIndex(where: { $0 === channel }) else { return }
    open.append(open.remove(at: index))
  }

  /// Counts the connection no more: it has closed, or has an allowance of its own.
  func exempt(_ channel: any Channel) { open.removeAll { $0 === channel } }
}
