import ServiceLifecycle
import StatusServer

/// The status server from the moment on that the daemon is ready; until then, who connects waits.
struct StatusService: Service {
  let server: StatusServer
  let heartbeat: Heartbeat

  func run() async throws {
    await cancelWhenGracefulShutdown { await heartbeat.untilReady() }
    try await server.run()
  }
}
