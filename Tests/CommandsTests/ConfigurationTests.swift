import Foundation
import TOML
import TestSupport
import Testing
import Tweets

@testable import Commands

/// A configuration from texts in memory.
private func resolve(
  file: String? = nil, environment: [String: String] = [:], flags: [String: TOMLValue] = [:]
) throws -> ResolvedConfiguration {
  let scratch = try TemporaryDirectory()
  let document = try file.map { text in
    try scratch.write(Array(text.utf8), to: "animo.toml")
    return try TOMLDocument(path: scratch.path("animo.toml"))
  }
  return try ResolvedConfiguration(
    SettingSources(flags: flags, environment: environment, document: document))
}

@Suite("Where settings come from")
struct ConfigurationTests {
  @Test("Nothing said: the defaults")
  func hasDefaults() throws {
    let configuration = try resolve()
    #expect(configuration.values == ServeConfiguration())
    #expect(configuration.origins.values.allSatisfy { $0 == .standard })
  }

  @Test("A flag wins over a variable, a variable over the file, the file over the default")
  func prefersStronger() throws {
    let configuration = try resolve(
      file: "workers = 3\nkeep_days = 3\nkeep_size = 3\n",
      environment: ["ANIMO_WORKERS": "4", "ANIMO_KEEP_DAYS": "4"], flags: ["workers": .integer(5)])
    let values = configuration.values
    #expect(values.workers == 5)
    #expect(values["keep_days"] == .integer(4))
    #expect(values["keep_size"] == .integer(3))
    #expect(values["settle"] == .text(""))
    let origins = configuration.origins
    #expect(origins["workers"] == .flag("--workers"))
    #expect(origins["keep_days"] == .variable("ANIMO_KEEP_DAYS"))
    #expect(origins["keep_size"]?.description.hasSuffix("animo.toml:3") == true)
    #expect(origins["settle"] == .standard)
  }

  @Test("Every setting can be made in the environment")
  func readsEnvironment() throws {
    let values = try resolve(environment: [
      "ANIMO_SPOOL": "/s", "ANIMO_STATE": "/t", "ANIMO_MODEL": "/m", "ANIMO_CLEAN": "notebook",
      "ANIMO_KERNEL": "plain", "ANIMO_CACHE": "no", "ANIMO_WORD_TABLE": "8", "ANIMO_THRESHOLD": "0.75",
      "ANIMO_EMIT": "label", "ANIMO_INPUT": "csv", "ANIMO_TEXT_KEYS": "texto, body",
      "ANIMO_ENCODING": "windows-1252", "ANIMO_INVALID_UTF8": "replace", "ANIMO_MAX_LINE_LENGTH": "99",
      "ANIMO_WORKERS": "7", "ANIMO_SETTLE": "2", "ANIMO_KEEP_DAYS": "1", "ANIMO_KEEP_SIZE": "2",
      "ANIMO_LOG_LEVEL": "debug", "ANIMO_LABELS": "2", "ANIMO_ABSTAIN": "0.1", "ANIMO_LANG": "es, ca",
      "ANIMO_ID_KEYS": "clave", "ANIMO_DELIMITER": ";", "ANIMO_HEADER": "no", "ANIMO_TEXT_COLUMN": "3",
      "ANIMO_HTTP_NAMES": "animo.example", "ANIMO_TIME_KEYS": "hora", "ANIMO_LISTEN": "127.0.0.1:8437",
      "ANIMO_MAX_FILE_SIZE": "1", "ANIMO_MAX_CONTENT_SIZE": "2",
      "ANIMO_MAX_EXPANSION": "3", "ANIMO_MAX_OUTPUT_SIZE": "4", "ANIMO_MAX_HELD_FILES": "5",
    ]).values
    #expect(ServeConfiguration().changes(to: values) == Setting.all.map(\.name))
    #expect(values["text_keys"] == .array([.text("texto"), .text("body")]))
    #expect(values["lang"] == .array([.text("es"), .text("ca")]))
    #expect(!values.model.cachesAnswers)
    #expect(values.threshold == 0.75)
    #expect(values["delimiter"] == .text(";"))
  }

  @Test("An empty text is as if it were not there")
  func ignoresEmptyTexts() throws {
    let configuration = try resolve(
      file: "model = \"\"\nclean = \"\"\nworkers = 3\n", environment: ["ANIMO_WORKERS": ""])
    #expect(configuration.values.model == ModelChoice())
    #expect(configuration.values.workers == 3)
  }

  @Test("An empty text in a recipe is as if it were not there, too")
  func ignoresEmptyTextsInRecipe() throws {
    let scratch = try TemporaryDirectory()
    let recipe = """
      output = "model"
      [reading]
      format = ""
      delimiter = ""
      [corpora]
      tweets = "tweets.txt"
      [[language_model]]
      name = "tweets"
      corpora = ["tweets"]
      [classifier]
      positive = ["tweets"]
      negative = ["tweets"]

      """
    try scratch.write(recipe, to: "recipe.toml")
    let options = try Recipe(path: scratch.path("recipe.toml")).classifier.reading.options
    #expect(options.format == nil)
    #expect(options.delimiter == nil)
  }

  @Test("A variable that is not UTF-8 is refused rather than repaired to the name of another file")
  func refusesRepairedVariables() {
    let error = #expect(throws: SettingError.self) {
      try resolve(environment: ["ANIMO_SPOOL": String(decoding: [0x61, 0xF3] as [UInt8], as: UTF8.self)])
    }
    #expect(error?.description == "ANIMO_SPOOL: expected UTF-8 text, found \"a\u{FFFD}\"")
  }

  @Test("A variable that is none of ours is a warning, with what was probably meant")
  func warnsOfUnknownVariables() throws {
    let configuration = try resolve(environment: [
      "ANIMO_WORKER": "4", "ANIMO_PORT_8080_TCP_ADDR": "10.0.0.1", "OTHER": "1", "ANIMO_CONFIG": "x",
      "ANIMO_AMX": "1", "ANIMO_PROGRAM": "/usr/bin/animo", "ANIMO_HOME": "/opt/animo",
    ])
    #expect(
      configuration.warnings == [
        "ANIMO_HOME is not a setting of animo",
        "ANIMO_PORT_8080_TCP_ADDR is not a setting of animo",
        "ANIMO_WORKER is not a setting of animo; did you mean ANIMO_WORKERS?",
      ])
  }
}

@Suite("Wrong settings")
struct SettingErrorTests {
  /// A file, and what is said about it.
  struct Slip: CustomTestStringConvertible {
    var file: String
    var message: String

    var testDescription: String { file }
  }

  static let slips = [
    Slip(
      file: "# hola\n\nworker = 3",
      message: """
        , line 3: worker: expected a name that this file may have, found "worker"; did you mean workers?
        """),
    Slip(file: "workers = 99", message: ", line 1: workers: expected a whole number from 1 to 64, found 99"),
    Slip(
      file: "workers = \"2\"",
      message: ", line 1: workers: expected a whole number from 1 to 64, found \"2\""),
    Slip(
      file: "\nthreshold = 1.0",
      message: ", line 2: threshold: expected a number above 0 and below 1, found 1.0"),
    Slip(file: "cache = 1", message: ", line 1: cache: expected true or false, found 1"),
    Slip(
      file: "emit = \"json\"",
      message: ", line 1: emit: expected one of \"merge\", \"compact\", \"label\", found \"json\""),
    Slip(
      file: "text_keys = \"text\"",
      message: """
        , line 1: text_keys: expected an array of texts, such as ["a", "b"], found "text"; write ["text"]
        """),
    Slip(
      file: "lang = \"es\"",
      message: """
        , line 1: lang: expected language codes, such as es or pt-BR, found "es"; write ["es"]
        """),
    Slip(
      file: "lang = \"spanish\"",
      message: """
        , line 1: lang: expected language codes, such as es or pt-BR, found "spanish"
        """),
    Slip(
      file: "[spool]\nroot = \"/s\"",
      message: ", line 1: spool: expected a text in quotation marks, found a table"),
  ]

  @Test("A slip of the pen is found, with its line", arguments: slips)
  func findsSlip(_ slip: Slip) throws {
    let error = #expect(throws: SettingError.self) { try resolve(file: slip.file) }
    #expect(error?.description.hasSuffix("animo.toml" + slip.message) == true, "\(error?.description ?? "")")
  }

  @Test(
    "What is not UTF-8 is found, with its line",
    arguments: [
      ([0x61, 0x0A, 0x23, 0xF1, 0x0A, 0x00], "line 2: expected UTF-8 text, found the byte 0xF1"),
      ([0x23, 0x0A, 0x0A, 0x00], "line 3: expected UTF-8 text, found the byte 0x0"),
    ] as [([UInt8], String)])
  func findsOtherBytes(bytes: [UInt8], message: String) throws {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(bytes, to: "animo.toml")
    let error = #expect(throws: SettingError.self) { try TOMLDocument(path: path) }
    #expect(error?.description == "\(path), \(message); save it as UTF-8")
  }

  @Test("A variable that makes no sense is named")
  func findsSlipInEnvironment() {
    let error = #expect(throws: SettingError.self) { try resolve(environment: ["ANIMO_WORKERS": "two"]) }
    #expect(error?.description == "ANIMO_WORKERS: expected a whole number from 1 to 64, found \"two\"")
  }

  @Test("What the file says of a setting is not looked at when a flag wins")
  func looksAtWinnerOnly() throws {
    #expect(try resolve(file: "workers = 99", flags: ["workers": .integer(2)]).values.workers == 2)
  }
}

@Suite("The manual of options")
struct ManualOfOptionsTests {
  /// `etc/animo/animo.toml` with the single # of each option taken away.
  private static func uncommented() throws -> String {
    let path = Repository.tests.deletingLastPathComponent().appending(path: "etc/animo/animo.toml")
    return try String(contentsOf: path, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { line in
      line.firstMatch(of: /^#([a-z_0-9]+ = )/) == nil ? String(line) : String(line.dropFirst())
    }.joined(separator: "\n")
  }

  @Test("It names every option once, in order, with its default")
  func namesEveryOption() throws {
    let names = try Self.uncommented().matches(of: #/(?m)^([a-z_0-9]+) = /#).map { String($0.1) }
    #expect(names == Setting.all.map(\.name))
    #expect(try resolve(file: Self.uncommented()).values == ServeConfiguration())
  }

  @Test("As it ships it changes nothing")
  func changesNothing() async throws {
    let path = Repository.tests.deletingLastPathComponent().appending(path: "etc/animo/animo.toml").path
    let outcome = try await Program.run(["config", "check", path])
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    #expect(try TOMLDocument(path: path).root.isEmpty)
  }
}

/// Everything that speaks of settings, against the table.
@Suite("The table of settings")
struct SettingTableTests {
  @Test("Names are unique, and sentences end")
  func isWellFormed() {
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
    for setting in Setting.all {
      #expect(setting.help.hasSuffix("."), "\(setting.name)")
      #expect(setting.standard == .text("") || setting.check(setting.standard) == setting.standard)
    }
  }

  @Test("The file that ships is the one that the program prints")
  func matchesFile() async throws {
    let path = Repository.tests.deletingLastPathComponent().appending(path: "etc/animo/animo.toml")
    let outcome = try await Program.run(["config", "default"])
    #expect(outcome.status == 0)
    // When a row has changed: animo config default >etc/animo/animo.toml
    #expect(try String(contentsOf: path, encoding: .utf8) == outcome.output)
  }

  @Test("Every setting is an option of animo serve, with its help and its default")
  func isInHelp() async throws {
    let outcome = try await Program.run(["help", "serve"])
    let help = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for setting in Setting.all {
      let option =
        setting.standard == .truth(true)
        ? SettingName.flag(setting.name) + "/" + SettingName.flag(setting.name, isOff: true)
        : SettingName.flag(setting.name) + " <"
      #expect(help.contains(option), "\(setting.name)")
      #expect(help.contains(setting.help), "\(setting.name)")
      if case .integer(let integer) = setting.standard {
        #expect(help.contains("\(setting.help) (default: \(integer))"))
      }
    }
  }

  @Test("Every setting is in both manual pages")
  func isInManualPages() async throws {
    let scratch = try TemporaryDirectory()
    let script = Repository.tests.deletingLastPathComponent().appending(path: "systemd/man-pages")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script.path, try Program.path, scratch.url.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    func page(_ name: String) throws -> String {
      try String(contentsOf: scratch.url.appending(path: name), encoding: .utf8).replacing("\\-", with: "-")
        .replacing("\\(aq", with: "'")
    }
    let (program, file) = (try page("animo.1"), try page("animo.toml.5"))
    for setting in Setting.all {
      #expect(program.contains("\\fB\(SettingName.flag(setting.name))\\fR"), "\(setting.name)")
      #expect(file.contains("\\fB\(setting.name) = \(setting.standard.kind)\\fR"), "\(setting.name)")
    }
  }

  @Test(
    "An empty text on the command line is an error and not the default: a script may not have set a variable",
    arguments: [
      ["status", "--spool", ""], ["status", "--state", ""], ["queue", "--config", ""],
      ["serve", "--once", "--spool", ""], ["serve", "--stdin", "--stats", ""], ["serve", "--http-names", ""],
      ["classify", "--model", ""], ["classify", "--kernel", ""], ["classify", "--text-key", ""],
      ["evaluate", "a", "--svg", ""], ["evaluate", "a", "--report", ""], ["report", "words", "--svg", ""],
      ["train", "wide", "--from", "a", "--labelled", "b", "--output", "c", "--work", ""],
    ])
  func refusesEmptyTexts(_ arguments: [String]) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("\(arguments[arguments.count - 2]) must not be empty"))
  }

  @Test("An empty name of a model to be trained is an error before the training")
  func refusesEmptyOutput() async throws {
    let outcome = try await Program.run(["train", "marks", "--from", "es-tweets", "--output", "", "a"])
    #expect(outcome.status == 64)
    #expect(outcome.errors == "animo: the name of the output is empty; name a new folder\n")
  }

  @Test("A value out of bounds is refused by flag, variable and file in the same words")
  func refusesEverywhere() async throws {
    for setting in Setting.all {
      guard case .integer = setting.standard else { continue }
      let scratch = try TemporaryDirectory()
      try scratch.write(Array("\(setting.name) = -1\n".utf8), to: "animo.toml")
      let file = try await Program.run(["config", "check", scratch.path("animo.toml")])
      #expect(file.errors.contains("line 1: \(setting.name): expected \(setting.expected), found -1"))
      let flag = try await Program.run(["config", "show", "\(SettingName.flag(setting.name))=-1"])
      #expect(flag.errors.contains("\(SettingName.flag(setting.name)) must be \(setting.expected)"))
      #expect(throws: SettingError.self) {
        try resolve(environment: [SettingName.variable(setting.name): "-1"])
      }
    }
  }
}

@Suite("A slip of the pen in the file")
struct BrokenFileTests {
  @Test(
    "Brackets that end too early are an error, not the end of the program",
    arguments: ["[\n", "[[#workers = 2", "x = [}\n]"])
  func survivesBrackets(_ text: String) async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Array(text.utf8), to: "animo.toml")
    let check = try await Program.run(["config", "check", scratch.path("animo.toml")])
    #expect(check.status == 78)
    #expect(check.errors.contains("animo.toml, line 1: expected a "))
    let recipe = try await Program.run(["train", "all", "--dry-run", scratch.path("animo.toml")])
    #expect(recipe.status == 78)
  }
}
