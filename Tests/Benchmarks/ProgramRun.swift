import Foundation
import Glibc

/// A run of a program from start to end, its output thrown away.
struct ProgramRun {
  /// What a run took, in seconds.
  struct Cost {
    let wall: Double
    /// Of all threads, user and system.
    let cpu: Double

    /// Seconds on the clock without those that starting takes; all of them if that would leave too few.
    func seconds(without start: Cost) -> Double {
      wall > 2 * start.wall ? wall - start.wall : wall
    }
  }

  /// The program ended with a status other than 0.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let process = Process()

  init(_ program: String, _ arguments: [String]) {
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
  }

  /// Runs it. No other child of this process may end meanwhile: its time would be counted too.
  func toEnd() throws -> Cost {
    let (wall, cpu) = (wallSeconds(), Self.childrenSeconds())
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let command = ([process.executableURL?.path ?? ""] + (process.arguments ?? [])).joined(separator: " ")
      throw Failure(description: "\(command): status \(process.terminationStatus)")
    }
    return Cost(wall: wallSeconds() - wall, cpu: Self.childrenSeconds() - cpu)
  }

  /// CPU seconds of all children that have ended.
  private static func childrenSeconds() -> Double {
    var usage = rusage()
    // Sound: the call only writes the structure.
    unsafe getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + 1e-6 * Double($1.tv_usec) }
  }
}

/// A program that answers a line for each line.
final class Conversation {
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())
  private let started: Double

  init(_ program: String, _ arguments: [String]) throws {
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    started = wallSeconds()
    try process.run()
  }

  /// Asks for one line and waits for its answer.
  func secondsToFirstAnswer(_ line: String) throws -> Double {
    try ask([line])
    return wallSeconds() - started
  }

  /// Asks for some lines and waits for all answers. Both go a few at a time, as a pipe holds 64 KiB.
  func ask(_ lines: [String]) throws {
    for start in stride(from: 0, to: lines.count, by: 50) {
      let part = lines[start..<min(start + 50, lines.count)]
      try input.fileHandleForWriting.write(contentsOf: Data((part.joined(separator: "\n") + "\n").utf8))
      try awaitAnswers(part.count)
    }
  }

  private func awaitAnswers(_ count: Int) throws {
    var answers = 0
    while answers < count {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { throw ProgramRun.Failure(description: "the program ended early") }
      answers += bytes.count { $0 == UInt8(ascii: "\n") }
    }
  }

  /// The most memory that the program has had so far, in MB of 2²⁰ bytes.
  var peakMegabytes: Double {
    let status =
      (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
  }

  func end() throws {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
