import Datasets
import DefaultModel
import SystemPackage
import TOML

/// The files of a recipe: paths relative to its folder, and corpora by name.
struct RecipeFiles {
  /// The folder of the recipe; empty for the current folder.
  private let folder: FilePath
  private(set) var corpora: [String: [String]] = [:]

  /// - Parameter recipe: its path.
  init(recipe: String) {
    folder = FilePath(recipe).removingLastComponent()
  }

  /// Resolves a path of the recipe; absolute paths are unchanged.
  func path(_ path: String) -> String {
    // A bare hyphen in the current folder would mean standard input.
    folder.isEmpty && path == "-" ? "./-" : folder.pushing(FilePath(path)).string
  }

  /// Resolves the name of a model: the folder, or the built-in model where there is no such folder.
  func model(_ name: String) -> String {
    DefaultModel.isMeant(by: name, insteadOf: path(name)) ? name : path(name)
  }

  /// Adds the corpora of a table, whose values are a file or an array of files.
  mutating func add(_ table: RecipeTable) throws(SettingError) {
    var table = table
    for name in table.keys {
      let files = try table.value(name, expected: "a file, or an array of files") { node -> [String]? in
        let files = node.nonEmptyText.map { [$0] } ?? node.nonEmptyTexts
        return files?.isEmpty == true ? nil : files
      }
      guard corpora[name] == nil else {
        throw table.error(
          name, expected: "another name", found: name, remedy: "[label] makes one of this name")
      }
      corpora[name] = files?.map(path)
    }
  }

  /// Adds the three corpora that labelling will write to a folder.
  mutating func addLabelled(in folder: String) {
    for textClass in TextClass.allCases {
      corpora[textClass.rawValue] = [LabelledFiles.path(of: textClass, in: folder)]
    }
  }

  /// The files of the corpora that a key lists.
  ///
  /// - Throws: `SettingError` for a name that no corpus has.
  func files(_ key: String, of table: inout RecipeTable) throws(SettingError) -> [String] {
    var files: [String] = []
    for name in try table.texts(key) { files += try self.files(named: name, key, of: table) }
    return files
  }

  /// The files of a corpus that a key names.
  func files(named name: String, _ key: String, of table: RecipeTable) throws(SettingError) -> [String] {
    if let files = corpora[name] { return files }
    throw table.error(
      key, expected: "names of [corpora]", found: "\"\(name)\"",
      remedy: NearestName.remedy(for: name, among: corpora.keys.sorted()))
  }
}
