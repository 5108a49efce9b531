namespace Hutch.Detectors.Configuration;

/// <summary>Checks of module positions that the kinds share.</summary>
internal static class ModulePositions
{
    /// <summary>Adds an error for every module that is not part of the detector, of another size than its kind, or not wholly inside the image.</summary>
    internal static void Validate(DaqConfiguration configuration, int columns, int rows, ICollection<string> errors)
    {
        if (configuration.ModulePositions.Count == 0)
            errors.Add("module_positions is empty, but at least one module needs a place: \"0\": [start_x, start_y, end_x, end_y]");
        foreach (var (module, p) in configuration.ModulePositions)
        {
            var place = $"module_positions[{module}] is [{p.StartX}, {p.StartY}, {p.EndX}, {p.EndY}]";
            if (module < 0 || module >= configuration.Modules)
                errors.Add($"{place}, but n_modules is {configuration.Modules}: modules are 0 to {configuration.Modules - 1}");
            if (p.EndX - p.StartX != columns - 1 || Math.Abs(p.EndY - p.StartY) != rows - 1)
                errors.Add($"{place}, but a module covers {columns} x {rows} pixels: end_x = start_x + {columns - 1}, end_y = start_y +- {rows - 1}");
            else if (Math.Min(p.StartX, p.EndX) < 0 || Math.Max(p.StartX, p.EndX) >= configuration.ImageWidth
                || Math.Min(p.StartY, p.EndY) < 0 || Math.Max(p.StartY, p.EndY) >= configuration.ImageHeight)
                errors.Add($"{place}, which is outside the image of {configuration.ImageWidth} x {configuration.ImageHeight} pixels");
        }
    }
}
