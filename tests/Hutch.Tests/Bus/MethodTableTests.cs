using Hutch.Bus;
using Hutch.Bus.Methods;

namespace Hutch.Tests.Bus;

#pragma warning disable CA1822   // as methods of services are
public class MethodTableTests
{
    [Fact]
    public void Methods_are_named_by_convention_or_by_their_mark()
    {
        var methods = new MethodTable(typeof(Named), typeof(Base));

        Assert.Equal(["deep_blue_sea", "later", "marked", "plain", "renamed"], methods.All.Select(m => m.Name).Order());
    }

    [Theory]
    [InlineData(typeof(Twice), "Twice exposes method add twice; give one of them another name with [BusMethod(\"...\")]")]
    [InlineData(typeof(Generic), "Generic.OnAny is generic; a method on the bus has fixed types")]
    [InlineData(typeof(ByReference), "ByReference.OnChange: parameter number is by reference")]
    public void A_class_that_cannot_serve_is_refused_with_what_to_change(Type type, string reason) =>
        Assert.StartsWith(reason, Assert.Throws<UserErrorException>(() => new MethodTable(type)).Message, StringComparison.Ordinal);

    public class Base
    {
        public void OnBaseClass()
        {
        }

        public virtual void OnOverridden()
        {
        }
    }

    public sealed class Named : Base
    {
        public void OnDeepBlueSea()
        {
        }

        public Task OnLaterAsync() => Task.CompletedTask;

        [BusMethod("renamed")]
        public void Other()
        {
        }

        [BusMethod]
        public void Marked()
        {
        }

        [BusMethod]
        public void OnPlain()
        {
        }

        public void Once()
        {
        }

        public void On()
        {
        }

        public override void OnOverridden()
        {
        }

        internal void OnHidden()
        {
        }
    }

    public sealed class Twice
    {
        public int OnAdd(int x) => x;

        public int OnAdd(int x, int y) => x + y;
    }

    public sealed class Generic
    {
        public void OnAny<T>(T what) => _ = what;
    }

    public sealed class ByReference
    {
        public void OnChange(ref int number) => number++;
    }
}
