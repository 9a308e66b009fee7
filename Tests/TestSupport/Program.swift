package import Foundation
internal import Subprocess
internal import SystemPackage
internal import Testing

/// Runs the program.
package struct Program {
  /// What a run left behind.
  package struct Outcome: Equatable, Sendable {
    package var stdout: Data
    package var stderr: Data
    /// The exit status; 128 + n when signal n ended it.
    package var status: Int32

    package init(stdout: Data, stderr: Data, status: Int32) {
      (self.stdout, self.stderr, self.status) = (stdout, stderr, status)
    }

    package var output: String { String(decoding: stdout, as: UTF8.self) }
    package var errors: String { String(decoding: stderr, as: UTF8.self) }
    /// Why a script ended early, when its last line is `skipped: REASON`: it could not do here what it tests.
    package var skipped: String? {
      guard let last = output.split(separator: "\n").last, last.hasPrefix("skipped: ") else { return nil }
      return String(last.dropFirst("skipped: ".count))
    }
  }

  /// There is no program to test.
  package struct Missing: Error, CustomStringConvertible {
    package let path: String

    package var description: String {
      "\(path): no program to test here; build it, or name one in the environment variable ANIMO_PROGRAM"
    }
  }

  /// Where the program is: what `$ANIMO_PROGRAM` names, or what was built with the tests.
  package static var path: String {
    get throws { try located.get() }
  }

  private static let located: Result<String, Missing> = {
    let named = ProcessInfo.processInfo.environment["ANIMO_PROGRAM"]
    let path = named.map { URL(filePath: $0).path } ?? builtWithTests("animo").path
    return FileManager.default.isExecutableFile(atPath: path) ? .success(path) : .failure(Missing(path: path))
  }()

  /// Where a program is that was built with the tests: these are a library that a helper of the toolchain loads, in
  /// the same folder.
  package static func builtWithTests(_ name: String) -> URL {
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let library = maps.split(separator: "\n").compactMap { line in
      line.hasSuffix(".xctest") ? line.split(separator: " ").last.map(String.init) : nil
    }
    let folder = URL(filePath: library.first ?? CommandLine.arguments[0]).deletingLastPathComponent()
    return folder.appending(path: name)
  }

  /// Runs `animo` with `arguments` to its end, with files as its standard streams.
  ///
  /// - Parameters:
  ///   - input: what it reads from standard input.
  ///   - folder: where it runs.
  ///   - environment: set in addition to the tests' own.
  package static func run(
    _ arguments: [String], input: Data = Data(), in folder: URL? = nil, environment: [String: String] = [:]
  ) async throws -> Outcome {
    let scratch = try TemporaryDirectory()
    let streams = try ["in", "out", "err"].map { name in
      let file = try scratch.write(name == "in" ? Array(input) : [], to: name)
      return try FileDescriptor.open(FilePath(file), .readWrite, options: .closeOnExec)
    }
    defer { for stream in streams { try? stream.close() } }
    let began = ContinuousClock.now
    let result = try await Subprocess.run(
      .path(FilePath(try path)), arguments: Arguments(arguments),
      environment: .custom(Self.environment(with: environment)),
      workingDirectory: folder.map { FilePath($0.path) },
      input: .fileDescriptor(streams[0], closeAfterSpawningProcess: false),
      output: .fileDescriptor(streams[1], closeAfterSpawningProcess: false),
      error: .fileDescriptor(streams[2], closeAfterSpawningProcess: false))
    try noteTime(since: began)
    return Outcome(
      stdout: try Data(contentsOf: scratch.url.appending(path: "out")),
      stderr: try Data(contentsOf: scratch.url.appending(path: "err")),
      status: status(result.terminationStatus))
  }

  /// Runs a line of shell in which `$ANIMO` is the program; for pipes and redirections.
  ///
  /// `$TINY` is a model that is loaded in no time and answers nonsense. A line that waits for what never comes is
  /// ended, with status 124.
  package static func shell(_ line: String, in folder: URL? = nil) async throws -> Outcome {
    let began = ContinuousClock.now
    let result = try await Subprocess.run(
      .path("/usr/bin/timeout"),
      arguments: ["--kill-after=10", String(mostSeconds), "/bin/bash", "-c", line],
      environment: .custom(
        environment(with: [
          "ANIMO": try path, "TINY": Repository.golden.appending(path: "network-tiny").path,
        ])),
      workingDirectory: folder.map { FilePath($0.path) },
      output: .bytes(limit: outputLimit), error: .bytes(limit: outputLimit))
    try noteTime(since: began)
    return Outcome(
      stdout: Data(result.standardOutput), stderr: Data(result.standardError),
      status: status(result.terminationStatus))
  }

  /// Longer than any line takes on a machine that does other things, in seconds.
  private static let mostSeconds = 900

  /// More than any test lets a shell write.
  private static let outputLimit = 1 << 28

  /// Appends to the file that `$ANIMO_TEST_TIMES` names how long a process of the running test took: what the test
  /// library measures includes how long a test waits for others.
  private static func noteTime(since began: ContinuousClock.Instant) throws {
    guard let file = ProcessInfo.processInfo.environment["ANIMO_TEST_TIMES"], let test = Test.current else {
      return
    }
    let (place, time) = (test.sourceLocation, ContinuousClock.now - began)
    let descriptor = try FileDescriptor.open(
      FilePath(file), .writeOnly, options: [.append, .create, .closeOnExec], permissions: .ownerReadWrite)
    try descriptor.closeAfter {
      _ = try descriptor.writeAll("\(place.fileID):\(place.line)\t\(time / .seconds(1))\n".utf8)
    }
  }

  private static func status(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let status): status
    case .signaled(let signal): 128 + signal
    }
  }

  /// The tests' environment with `additions`, without what would configure the program.
  package static func environment(with additions: [String: String]) -> [String: String] {
    ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ANIMO_") }.merging(additions) { $1 }
  }
}

extension Environment {
  /// Exactly these variables.
  fileprivate static func custom(_ variables: [String: String]) -> Self {
    .custom(
      Dictionary(
        uniqueKeysWithValues: variables.compactMap { name, value in
          Key(rawValue: name).map { ($0, value) }
        }))
  }
}
