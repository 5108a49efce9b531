/// <summary>
/// Called by the runtime before Main when DOTNET_STARTUP_HOOKS names this assembly; the name and the missing namespace are
/// the runtime's (docs/design/features/host-startup-hook.md in dotnet/runtime).
/// </summary>
internal static class StartupHook
{
    /// <summary>Hosts a service, if the process was started for that.</summary>
    public static void Initialize() => Hutch.Services.Processes.ChildMain.RunIfAsked();
}
