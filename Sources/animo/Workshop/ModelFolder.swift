import AWDLSTM
import SystemCalls
import SystemPackage

/// A folder that a model is to be written to.
struct ModelFolder {
  let path: String

  /// Whether something is there already; an empty folder is nothing.
  var isTaken: Bool {
    get throws {
      guard (try? Stat(FilePath(path))) != nil else { return false }
      guard let directory = try? Directory(FilePath(path)) else { return true }
      var entries = try directory.entries()
      return try entries.next() != nil
    }
  }

  /// Finds out before hours of training that the folder cannot be written.
  ///
  /// - Throws: `CommandFailure` when something is there.
  func requireFree() throws {
    guard try isTaken else { return }
    throw CommandFailure(.cannotCreate, "\(path): this exists already; name a new folder")
  }

  /// Writes a model; it appears complete or not at all.
  ///
  /// - Parameter resuming: whether it may be there already, because the training that goes on was killed just
  ///   after it had written it.
  /// - Throws: `CommandFailure` when that is not possible.
  func write(_ model: NewModel, resuming: Bool = false) throws(CommandFailure) {
    guard !(resuming && model.isWritten(to: path)) else { return }
    do { try model.write(to: path) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
  }

  /// The same for a model that lies elsewhere.
  func write(_ model: Model) throws(CommandFailure) {
    do { try model.write(to: path) } catch { throw CommandFailure(.cannotCreate, "\(error)") }
  }
}
