internal import Ledger
internal import SystemCalls
internal import SystemPackage

/// Which folders and which ledger a running daemon works with, by device and inode.
///
/// The daemon reaches its folders through descriptors, and the ledger is an open file. If one of them is moved away or
/// replaced, writing would succeed, silently and in the wrong place; so their paths are checked before each commit and
/// once a second.
struct SpoolIdentity: Sendable {
  /// The task that is held while something is not in its place.
  static let task = "checking the folders"

  private struct Place {
    let path: FilePath
    let identity: FileStatus.Identity
    let isFolder: Bool
  }

  private let places: [Place]

  /// The present state of the open folders and of the open ledger.
  init(_ directories: SpoolDirectories, state: Directory, _ ledger: Ledger) throws(SystemCallError) {
    var places: [Place] = []
    let folders = [
      directories.work, directories.out, directories.rejected, directories.done, directories.stats, state,
    ]
    for folder in folders {
      let status = try folder.descriptor.status(folder.path.string)
      places.append(Place(path: folder.path, identity: status.identity, isFolder: true))
    }
    // The companions exist as long as the ledger is open.
    for path in ledger.files {
      guard let status = try FileStatus(of: path) else { continue }
      places.append(Place(path: path, identity: status.identity, isFolder: false))
    }
    self.places = places
  }

  /// Checks that everything is still in its place.
  ///
  /// Costs a stat(2) for each folder and file.
  /// - Throws: `DisplacedSpoolError`; passes when it is put back.
  func check() throws(DisplacedSpoolError) {
    for place in places {
      let found: FileStatus?
      do {
        found = try FileStatus(of: place.path)
      } catch {
        // What cannot be looked at now may well be in its place.
        continue
      }
      guard found?.identity != place.identity else { continue }
      throw DisplacedSpoolError(place.path, isFolder: place.isFolder, isGone: found == nil)
    }
  }
}

/// A folder of a running daemon, or its ledger, has been removed, moved away or replaced.
struct DisplacedSpoolError: Error, Equatable, CustomStringConvertible {
  /// What has happened, and the remedy.
  let description: String

  init(_ path: FilePath, isFolder: Bool, isGone: Bool) {
    let what =
      isGone ? "was removed or moved away" : "was replaced by another \(isFolder ? "folder" : "file")"
    description =
      isFolder
      ? "\(path) \(what) while the daemon uses it: put it back, or restart the daemon to use what is there"
      : "\(path) \(what) while the daemon uses it: stop the daemon, put the ledger back, or restore it from a backup, "
        + "then run animo fsck"
  }
}
