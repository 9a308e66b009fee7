package import Foundation

/// Runs the program that was built with the tests.
package struct Program {
  /// What a run left behind.
  package struct Outcome: Equatable {
    package var stdout: Data
    package var stderr: Data
    /// The exit status; 128 + n when signal n ended it.
    package var status: Int32

    package init(stdout: Data, stderr: Data, status: Int32) {
      (self.stdout, self.stderr, self.status) = (stdout, stderr, status)
    }

    package var output: String { String(decoding: stdout, as: UTF8.self) }
    package var errors: String { String(decoding: stderr, as: UTF8.self) }
  }

  /// Where the program is.
  ///
  /// The tests are a library that a helper of the toolchain loads, so it is found beside that library.
  package static let path: String = {
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let library = maps.split(separator: "\n").compactMap { line in
      line.hasSuffix(".xctest") ? line.split(separator: " ").last.map(String.init) : nil
    }
    let folder = URL(filePath: library.first ?? CommandLine.arguments[0]).deletingLastPathComponent()
    return folder.appending(path: "animo").path
  }()

  /// Runs `animo` with `arguments` to its end.
  ///
  /// - Parameters:
  ///   - input: what it reads from standard input.
  ///   - folder: where it runs.
  ///   - environment: set in addition to the tests' own.
  package static func run(
    _ arguments: [String], input: Data = Data(), in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = Self.environment(with: environment)
    let scratch = try TemporaryDirectory()
    let streams = try ["in", "out", "err"].map { name in
      try scratch.write(name == "in" ? Array(input) : [], to: name)
      return try FileHandle(forUpdating: scratch.url.appending(path: name))
    }
    (process.standardInput, process.standardOutput, process.standardError) = (
      streams[0], streams[1], streams[2]
    )
    try process.run()
    process.waitUntilExit()
    return Outcome(
      stdout: try Data(contentsOf: scratch.url.appending(path: "out")),
      stderr: try Data(contentsOf: scratch.url.appending(path: "err")),
      status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    )
  }

  /// Runs a line of shell in which `$ANIMO` is the program; for pipes and redirections.
  ///
  /// `$TINY` is a model that is loaded in no time and answers nonsense.
  package static func shell(_ line: String, in folder: URL? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = folder
    process.environment = Self.environment(with: [
      "ANIMO": path, "TINY": Repository.golden.appending(path: "network-tiny").path,
    ])
    let (out, err) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (out, err)
    try process.run()
    let stdout = try out.fileHandleForReading.readToEnd() ?? Data()
    let stderr = try err.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(stdout: stdout, stderr: stderr, status: process.terminationStatus)
  }

  /// The tests' environment with `additions`, without what would configure the program.
  private static func environment(with additions: [String: String]) -> [String: String] {
    ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ANIMO_") }.merging(additions) { $1 }
  }
}
