using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;

namespace Tickiti.Infrastructure.Tokens;

internal sealed class ApiTokenConfiguration : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("ApiTokens");
        builder.Property(token => token.Name).HasMaxLength(ApiToken.NameMaxLength);
        builder.Property(token => token.AllowedIp).HasMaxLength(ApiToken.AllowedIpMaxLength);
        builder.Property(token => token.SecretHash).HasMaxLength(64).IsUnicode(false);
        builder.HasOne<User>().WithMany().HasForeignKey(token => token.OwnerId).OnDelete(DeleteBehavior.Restrict);
    }
}
