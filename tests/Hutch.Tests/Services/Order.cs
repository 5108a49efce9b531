using Hutch.Services;

namespace Hutch.Tests.Services;

/// <summary>When something happened, comparable between services.</summary>
internal static class Order
{
    public static long Of(Service service, ServiceState entered) => service.History.Last(c => c.To == entered).Sequence;
}
