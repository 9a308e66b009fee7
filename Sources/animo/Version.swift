/// The version of this release, as in the change list.
enum Version {
  static let current = "0.1.0"
}
