import AWDLSTM
import Datasets
import SystemCalls
import SystemPackage

/// The output folder of a model.
struct ModelFolder {
  let path: String

  /// Whether it exists already and is not an empty folder.
  var isTaken: Bool {
    get throws {
      guard (try? Stat(FilePath(path))) != nil else { return false }
      guard let directory = try? Directory(FilePath(path)) else { return true }
      var entries = try directory.entries()
      return try entries.next() != nil
    }
  }

  /// Checks that the folder does not exist yet, before hours of training.
  ///
  /// - Throws: `CommandFailure` if it does.
  func requireFree() throws {
    guard try isTaken else { return }
    throw CommandFailure(.cannotCreate, "\(path): already exists; name a new folder")
  }

  /// Checks that the folder can be created, by creating and removing the one that its files are written to first.
  ///
  /// - Throws: `CommandFailure` if that is not possible.
  func requireWritable() throws {
    // The one that is written first would have a name all the same.
    guard !path.isEmpty else {
      throw CommandFailure(.usage, "the name of the output is empty; name a new folder")
    }
    // As the folder is named without a slash at its end.
    let unfinished = FilePath(FilePath(path).string + ".tmp")
    guard (try? Stat(unfinished)) == nil else { return try requireLeftovers(in: unfinished) }
    do {
      try Directory.make(at: unfinished, mode: [.ownerReadWriteExecute])
      let parent = unfinished.removingLastComponent()
      guard let last = unfinished.lastComponent, let name = FileName(bytes: Array(last.string.utf8)) else {
        return
      }
      try Directory(parent.isEmpty ? "." : parent).removeDirectory(name)
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }

  /// Checks that a folder holds nothing but files of a model, which an interrupted run has left behind: with
  /// anything else in it the model would not be written.
  private func requireLeftovers(in unfinished: FilePath) throws {
    let foreign: String?
    do {
      foreign = try Model.leftovers(in: unfinished.string).foreign
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
    guard let name = foreign else { return }
    throw CommandFailure(
      .cannotCreate,
      "\(unfinished.string): this folder contains \(name), and \(path) is made there first; "
        + "remove it, or name another output")
  }

  /// Writes a model; it appears complete or not at all.
  ///
  /// - Parameter resuming: whether it may exist already, because the interrupted training was killed just after
  ///   writing it.
  /// - Throws: `CommandFailure` when that is not possible.
  func write(_ model: NewModel, resuming: Bool = false) throws(CommandFailure) {
    guard !(resuming && model.isWritten(to: path)) else { return }
    do { try model.write(to: path) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
  }

  /// The same for a model of other files.
  func write(_ model: Model) throws(CommandFailure) {
    do { try model.write(to: path) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
  }
}

/// The best states of the stages of a training, as models: each in a folder with the name of its stage.
struct StageModels {
  let path: String

  /// Keeps the best state of a stage; one that is there already stays.
  func keep(_ model: NewModel, of stage: String) throws {
    do {
      try Directory.make(
        at: FilePath(path), mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
    let folder = ModelFolder(path: "\(path)/\(stage)")
    if try !folder.isTaken { try folder.write(model) }
  }
}

extension LearntTexts {
  /// The texts that a model knows to have learnt from.
  init(of model: Model) {
    self = model.learnt.flatMap { LearntTexts(bytes: $0.bytes(in: 0..<$0.byteCount)) } ?? LearntTexts()
  }

  /// These texts and others.
  func adding(_ texts: some Sequence<TextHash>) -> LearntTexts {
    var sum = self
    sum.add(texts)
    return sum
  }
}
