import NIOCore
import NIOPosix
import SystemPackage
import Testing

@testable import Server

/// Listening sockets whose channels do not last.
@Suite struct ListenerTests {
  @Test("A socket whose channel an error has closed gets another, as often as that happens")
  func opensAgain() async throws {
    let socket = try ListeningSocket(.loopback)
    let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let (channels, opened) = AsyncStream<any Channel>.makeStream()
    let open: Listener.Opening = { descriptor, _ in
      ServerBootstrap(group: loop).withBoundSocket(descriptor).map { channel in
        opened.yield(channel)
        return channel
      }
    }
    let listener = Listener(
      socket.descriptor, on: loop.next(), pause: .nanoseconds(0), log: SomeDaemon.log, open)
    try await listener.begin().get()
    var count = 0
    for await channel in channels {
      #expect(channel.isActive)
      count += 1
      guard count < 4 else { break }
      try await channel.close()
    }
    listener.end()
    try await loop.shutdownGracefully()
    try socket.descriptor.close()
  }
}
