import Foundation

/// One number that was measured, again and again.
struct Measurement: Codable {
  let name: String
  let unit: String
  let median: Double
  /// The greatest rate, or the least time.
  let best: Double
  /// The median as a share of the limit that was measured in turns with it.
  var shareOfLimit: Double?
  /// Which limit that is.
  var limit: String?

  /// The same rate counted in something else.
  func scaled(by factor: Double, unit: String) -> Measurement {
    Measurement(name: name, unit: unit, median: median * factor, best: best * factor)
  }
}

/// All that was measured in one run, printed as it comes and written as JSON at the end.
struct Report: Codable {
  /// Measurements that belong together.
  struct Section: Codable {
    let title: String
    let measurements: [Measurement]
  }

  private(set) var date = Date.now.formatted(.iso8601)
  let machine: Machine
  let quick: Bool
  private(set) var sections: [Section] = []

  init(machine: Machine, quick: Bool) {
    self.machine = machine
    self.quick = quick
  }

  /// Where the results of a full run belong.
  var defaultPath: String {
    let processor = machine.processor.lowercased().split { !$0.isLetter && !$0.isNumber }
      .joined(separator: "-")
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Results")
    return folder.appending(path: "\(date.prefix(10))-\(processor).json").path
  }

  func printHead() {
    print(
      "\(machine.processor), \(machine.cores) cores, load \(machine.loadAtStart)\(quick ? ", quick" : "")")
  }

  mutating func add(_ title: String, _ measurements: [Measurement]) {
    sections.append(Section(title: title, measurements: measurements))
    print("\n\(title)")
    for measurement in measurements { print(measurement.line) }
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: URL(filePath: path))
    print("\nwritten: \(path)")
  }
}

extension Measurement {
  /// A line of the table.
  fileprivate var line: String {
    let columns = [
      name.padding(toLength: max(34, name.count), withPad: " ", startingAt: 0),
      Self.number(median), "best \(Self.number(best))",
      unit.padding(toLength: max(12, unit.count), withPad: " ", startingAt: 0),
    ]
    guard let shareOfLimit, let limit else { return "  " + columns.joined(separator: " ") }
    let share = String(Int((shareOfLimit * 100).rounded()))
    return "  \(columns.joined(separator: " ")) \(share) % of \(limit)"
  }

  private static func number(_ number: Double) -> String {
    let digits = number >= 100 ? 0 : number >= 10 ? 1 : 3
    let text = number.formatted(.number.precision(.fractionLength(digits)).grouping(.never))
    return String(repeating: " ", count: max(0, 8 - text.count)) + text
  }
}

/// What numbers were measured on.
struct Machine: Codable {
  let processor: String
  let cores: Int
  /// The load averages of the last 1, 5 and 15 minutes: above 0 others were at work too.
  let loadAtStart: String

  static func current() -> Machine {
    let information = text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = information?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    return Machine(
      processor: name ?? "unknown processor", cores: ProcessInfo.processInfo.activeProcessorCount,
      loadAtStart: text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " "))
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
