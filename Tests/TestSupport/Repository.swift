package import Foundation

/// Where the project's own files are.
package enum Repository {
  /// The folder `Tests`.
  package static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  /// Goldens: inputs and what is expected of them.
  package static let golden = tests.appending(path: "Golden")
}
