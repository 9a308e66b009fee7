import AWDLSTM
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

  /// Checks that the folder can be written, before hours of training.
  ///
  /// - Throws: `CommandFailure` if it exists already.
  func requireFree() throws {
    guard try isTaken else { return }
    throw CommandFailure(.cannotCreate, "\(path): already exists; name a new folder")
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

  /// The same for a model in another folder.
  func write(_ model: Model) throws(CommandFailure) {
    do { try model.write(to: path) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
  }
}
