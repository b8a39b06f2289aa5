# On top, since Nix looks here. Builds from source with the Cargo.lock of the checkout.
{
  description = "What became of your Huawei Cloud Phone (CPH) jobs";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      manifest = (builtins.fromTOML (builtins.readFile ./Cargo.toml)).package;
      package = pkgs: pkgs.rustPlatform.buildRustPackage {
        pname = manifest.name;
        inherit (manifest) version;
        src = self;
        cargoLock.lockFile = ./Cargo.lock;
        nativeBuildInputs = [ pkgs.installShellFiles ];
        # They want a network, a terminal and other tools: CI runs them.
        doCheck = false;
        postInstall = ''
          installManPage man/*.1
          installShellCompletion --cmd cph --bash completions/cph.bash --zsh completions/_cph --fish completions/cph.fish
        '';
        meta = {
          inherit (manifest) description;
          homepage = manifest.repository;
          license = with pkgs.lib.licenses; [ mit asl20 ];
          mainProgram = "cph";
        };
      };
    in {
      packages = nixpkgs.lib.genAttrs systems (system: { default = package nixpkgs.legacyPackages.${system}; });
    };
}
