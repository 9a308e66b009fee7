import ArgumentParser
import DefaultModel
import Glibc
import Sentiment

/// The program: classifies the sentiment of Spanish tweets.
struct Animo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "animo",
    abstract: "Classify the sentiment of Spanish tweets, with a probability for each label.",
    discussion: """
      EXAMPLE
        $ echo '{"id":7,"text":"qué día tan bonito"}' | animo classify

      The model is built into the program; nothing has to be downloaded or configured.
      """,
    version: Version.current,
    subcommands: [
      Classify.self, Serve.self, DropCommand.self, StatusCommand.self, StatsCommand.self, QueueCommand.self,
      CancelCommand.self, HoldCommand.self, ReleaseCommand.self, RetryCommand.self, FsckCommand.self,
      Config.self, Reload.self,
      Explain.self, Evaluate.self, Compare.self, Clean.self, ReportCommand.self, Train.self, Generate.self,
      ModelCommand.self,
    ])

  /// Runs the command that `arguments` name, and ends the process with its status.
  ///
  /// - Parameters:
  ///   - arguments: those of the process, the program's own name apart.
  ///   - commit: what the program was built from.
  static func run(_ arguments: [[UInt8]], commit: String) {
    ProcessSetup.run(isDaemon: arguments.first == Array(Serve._commandName.utf8))
    do {
      let words = try ProgramArguments.prepared(arguments)
      if words == ["--version"] { throw CleanExit.message(Version.description(commit: commit)) }
      prepareModel(for: words)
      var command = try parse(words)
      if !(command is Classify) { try ProcessSetup.checkProcessFolder() }
      try command.run()
    } catch {
      ExitStatus.end(with: error)
    }
  }
}

extension Animo {
  /// Lets the built-in model be read while the arguments of a command are parsed that most likely needs it.
  /// Where the guess is wrong, another core has worked for some milliseconds.
  private static func prepareModel(for words: [String]) {
    guard words.first == Classify._commandName,
      !words.contains(where: { $0.hasPrefix("--model") || $0.hasPrefix("--clean") })
    else { return }
    SentimentScorer.prepareEmbedded()
  }

  /// The command that `words` stand for.
  ///
  /// The parser's own way begins at the root with the tree of all commands, and takes some milliseconds more. What does not
  /// parse as the command alone (help, errors, completions) is left to it.
  private static func parse(_ words: [String]) throws -> any ParsableCommand {
    let command = configuration.subcommands.first { $0._commandName == words.first }
    guard let command, command.configuration.subcommands.isEmpty,
      let parsed = try? command.parseAsRoot(Array(words.dropFirst())), type(of: parsed) == command
    else { return try parseAsRoot(words) }
    return parsed
  }
}

/// The way into the program, from main() in C.
///
/// Swift's own `CommandLine` reads the arguments from /proc, and finds none where that is missing.
@_cdecl("animo_main")
public func animoMain(
  _ count: Int32, _ arguments: UnsafePointer<UnsafePointer<CChar>?>, _ commit: UnsafePointer<CChar>
) {
  // Sound: main() gets `count` texts, which end in NUL and live as long as the process.
  let texts = unsafe UnsafeBufferPointer(start: arguments, count: Int(count)).dropFirst()
  Animo.run(
    unsafe texts.compactMap { text in unsafe text.map { unsafe [UInt8](cString: $0) } },
    commit: unsafe String(cString: commit))
}

/// The version of this release, as in the change list.
enum Version {
  static let current = "0.1.0"

  /// The compiler's version.
  private static var swift: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  /// Everything that answers depend on: the sources, the compiler and the built-in model.
  static func description(commit: String) -> String {
    let model = (try? ModelChoice().makeScorer().modelName) ?? DefaultModel.name
    return "animo \(current) (commit \(commit), Swift \(swift), model \(model))"
  }
}

extension [UInt8] {
  /// The bytes of a text in C, without the final NUL.
  fileprivate init(cString text: UnsafePointer<CChar>) {
    // Sound: the text ends in NUL.
    self = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text)).map(\.self)
  }
}
