namespace Hutch.Installation.Systemd;

/// <summary>The units beside service units: the target of a split beamline file, and the timer of a periodic service.</summary>
internal static class GroupUnits
{
    public static string Target(InstallPlan plan)
    {
        var unit = new UnitText();
        unit.Comment($"Written by hutch install; 'hutch manage {plan.Name} remove' removes it.");
        unit.Section("Unit").Set("Description", UnitText.Plain(plan.Request.Options.Description ?? $"{plan.Name} (the services of {plan.Request.Target})"));
        // Upholds and not Wants: what went down with something it is bound to comes back with it.
        foreach (var part in plan.Request.Parts.Where(p => p.Autostart))
            unit.Set("Upholds", plan.UnitOf(part.Name) + ".service");
        unit.Section("Install").Set("WantedBy", plan.Request.Options.UserUnit ? "default.target" : "multi-user.target");
        unit.Section(ServiceUnit.Mark).Set("Service", plan.Name).Set("WorkingFolder", plan.Folder.Path);
        return unit.ToString();
    }

    public static string Timer(InstallPlan plan)
    {
        var options = plan.Request.Options;
        var unit = new UnitText();
        unit.Comment($"Written by hutch install; 'hutch manage {plan.Name} remove' removes it.");
        unit.Section("Unit").Set("Description", UnitText.Plain($"When {plan.Name} runs"));
        unit.Section("Timer")
            .Set("OnActiveSec", options.Every is null ? null : "0")
            .Set("OnUnitActiveSec", options.Every)
            .Set("OnCalendar", options.Calendar)
            .Set("Persistent", options.Calendar is null ? null : "yes")
            .Set("AccuracySec", "1s");
        unit.Section("Install").Set("WantedBy", "timers.target");
        unit.Section(ServiceUnit.Mark).Set("Service", plan.Name).Set("WorkingFolder", plan.Folder.Path);
        return unit.ToString();
    }
}
