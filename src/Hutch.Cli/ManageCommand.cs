using System.CommandLine;
using Hutch.Installation;
using Hutch.Installation.Files;

namespace Hutch.Cli;

/// <summary><c>hutch manage NAME MODE</c>: starts, shows, stops, removes and reinstalls installed services.</summary>
internal static class ManageCommand
{
    private static readonly string[] Modes = ["start", "status", "stop", "remove", "reinstall", "stop_and_remove", "stop_and_reinstall", "stop_and_restart"];

    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "The service. Default: list all.", Arity = ArgumentArity.ZeroOrOne };
        var mode = new Argument<string>("MODE") { Description = string.Join(", ", Modes) + ".", DefaultValueFactory = _ => "status" };
        var variables = new Option<bool>("--remove-env-vars", "--remove_env_vars") { Description = "With remove: also forget the values of its environment variables." };
        var arguments = new Option<bool>("--remove-install-args", "--remove_install_args") { Description = "With remove: also forget how it was installed, and remove its error log and additions to its units." };
        var nssm = new Option<bool>("--remove-nssm", "--remove_nssm") { Description = "Accepted for old scripts; Hutch does not use NSSM, so there is none to remove." };
        var user = new Option<bool>("--user") { Description = "A service of your own, without root." };
        var json = new Option<bool>("--json") { Description = "With status, or without a name: print JSON." };
        var command = new Command("manage", "Manage services that hutch install has installed. Example: hutch manage receiver start") { name, mode, variables, arguments, nssm, user, json };
        mode.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !Modes.Contains(given.Replace('-', '_')))
                result.AddError($"there is no mode {given}; there are: {string.Join(", ", Modes)}");
        });
        command.SetAction(given => BeamlineCalls.Run("hutch manage", () =>
        {
            if (given.GetValue(nssm))
                Console.Error.WriteLine("hutch manage: there is no NSSM to remove: Hutch uses the Windows service manager directly");
            if (given.GetValue(name) is not { } service)
                return ManageOutput.List(given.GetValue(user), given.GetValue(json));
            var isUser = given.GetValue(user);
            var os = ServiceManagers.For(isUser);
            var folder = os.FolderOf(service) is { } path ? new WorkingFolder(path) : WorkingFolder.Find(isUser);
            var manager = new Manager(os, folder);
            void Remove() => Console.WriteLine(manager.Remove(service, given.GetValue(variables), given.GetValue(arguments)));
            void Stop() => Console.WriteLine(manager.Stop(service));
            int Start()
            {
                Console.WriteLine(manager.Start(service));
                return 0;
            }
            switch (given.GetValue(mode)!.Replace('-', '_'))
            {
                case "start":
                    return Start();
                case "status":
                    return ManageOutput.Status(manager, service, given.GetValue(json));
                case "stop":
                    Stop();
                    return 0;
                case "remove":
                    Remove();
                    return 0;
                case "stop_and_remove":
                    Stop();
                    Remove();
                    return 0;
                case "reinstall":
                    return Reinstall(manager, os, folder, service);
                case "stop_and_reinstall":
                    Stop();
                    return Reinstall(manager, os, folder, service);
                default:
                    Stop();
                    var code = Reinstall(manager, os, folder, service);
                    return code != 0 ? code : Start();
            }
        }));
        return command;
    }

    /// <summary>Calls hutch install as it was called last for this service.</summary>
    private static int Reinstall(Manager manager, IServiceManager os, WorkingFolder folder, string service)
    {
        os.CheckRights();
        var record = manager.Record(service)
            ?? throw new UserErrorException($"there is no record of how {service} was installed ({folder.Record(service)} is missing); install it with hutch install");
        if (!Directory.Exists(record.Folder))
            throw new UserErrorException($"{service} was installed from {record.Folder}, which no longer exists; install it again with hutch install from another folder");
        if (os.Find(service) is not null)
            Console.WriteLine(manager.Remove(service, variables: false, arguments: false));
        Directory.SetCurrentDirectory(record.Folder);
        Environment.SetEnvironmentVariable("HUTCH_SERVICES_WORKING_DIR", folder.Path);
        string[] runAs = record.RunAs is { } user && !record.CommandLine.Any(a => a.StartsWith("--run-as", StringComparison.Ordinal)) ? ["--run-as", user] : [];
        var line = InstallLine.Of(["install", .. runAs, .. record.CommandLine])!;
        var parsed = HutchCommand.Create(line).Parse(line.Arranged);
        return parsed.Errors.Count == 0
            ? parsed.Invoke()
            : throw new UserErrorException($"{service} is removed, but cannot be installed again as before: {string.Join("; ", parsed.Errors.Select(e => e.Message))}");
    }
}
