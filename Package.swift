// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is compiled with: the Swift 6 language mode (the default of these tools), the
/// upcoming features, and every warning an error.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// A stage of the work: a Swift module under `Sources/`.
func stage(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one stage, under `Tests/<name>Tests/`.
func tests(of name: String, using dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: settings)
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let nio = ["NIOCore", "NIOHTTP1", "NIOPosix"].map {
  Target.Dependency.product(name: $0, package: "swift-nio")
}

let package = Package(
  name: "animo",
  products: [
    .executable(name: "animo", targets: ["animo"]),
    .executable(name: "animo-benchmarks", targets: ["Benchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Without traits: no JSON and YAML files, which would need full Foundation and Yams.
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Without Hummingbird, which cannot serve on a socket that is open already.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // The program: the only target that knows all others.
    .executableTarget(
      name: "animo",
      dependencies: [
        "AWDLSTM", "Datasets", "DefaultModel", "Evaluation", "Kernels", "Ledger", "Sentiment", "Spool",
        "Statistics", "StatusServer", "Streaming", "SystemCalls", "Systemd", "Training", "TweetText",
        argumentParser, configuration, lifecycle, logging, systemPackage, toml,
      ],
      swiftSettings: settings),

    // Text and network.
    stage("TweetText"),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    stage("Kernels", uses: ["CKernels"]),
    stage("AWDLSTM", uses: ["Kernels", "SystemCalls", systemPackage]),
    .target(name: "CDefaultModel", exclude: ["es-tweets"]),
    stage("DefaultModel", uses: ["AWDLSTM", "CDefaultModel"]),
    stage("Sentiment", uses: ["AWDLSTM", "DefaultModel", "Kernels", "TweetText", "CZlib"]),

    // Tweets in, labels out.
    stage("SystemCalls", uses: ["CLinux", systemPackage]),
    .systemLibrary(name: "CLinux"),
    stage("Statistics"),
    stage("Streaming", uses: ["Sentiment", "SystemCalls", "TweetText", "CLzma", "CZlib", systemPackage]),
    stage("Ledger", uses: ["CSQLite", "SystemCalls", systemPackage]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    stage("Spool", uses: ["Ledger", "Streaming", "Statistics", "SystemCalls", logging, systemPackage]),
    stage("StatusServer", uses: ["Statistics", "SystemCalls", lifecycle, systemPackage] + nio),
    stage("Systemd", uses: ["CSystemd", "SystemCalls", logging, systemPackage]),
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // How a model is made and judged: the workshop, which the daemon's modules never see.
    stage("Datasets", uses: ["Streaming", "SystemCalls", "TweetText", systemPackage]),
    stage(
      "Training",
      uses: ["AWDLSTM", "Datasets", "Kernels", "SystemCalls", "TweetText", "CZlib", systemPackage]),
    stage("Evaluation", uses: ["Datasets", "Sentiment"]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests(of: "TweetText"),
    tests(of: "Kernels"),
    tests(of: "AWDLSTM", using: ["DefaultModel", "Kernels"]),
    tests(of: "Sentiment", using: ["AWDLSTM", "DefaultModel"]),
    tests(of: "Streaming", using: ["Sentiment", systemPackage]),
    tests(of: "Statistics"),
    tests(of: "Ledger", using: ["SystemCalls", systemPackage]),
    tests(of: "Spool", using: ["Ledger", "Statistics", "Streaming", "SystemCalls", logging, systemPackage]),
    tests(of: "StatusServer", using: ["Statistics", "SystemCalls", lifecycle, systemPackage]),
    tests(of: "Systemd", using: [logging, systemPackage]),
    tests(of: "Datasets", using: ["TweetText", systemPackage]),
    tests(
      of: "Training",
      using: ["AWDLSTM", "Datasets", "Kernels", "SystemCalls", "TweetText", systemPackage]),
    tests(of: "Evaluation", using: ["Datasets", "Sentiment"]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "AWDLSTM", "Datasets", "Kernels", "TestSupport", "Training", "TweetText", argumentParser,
      ],
      path: "Tests/Benchmarks", exclude: ["Results", "peers", "peers.py", "requirements.txt"],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests", dependencies: ["animo", "TestSupport", configuration], swiftSettings: settings),
  ]
)
