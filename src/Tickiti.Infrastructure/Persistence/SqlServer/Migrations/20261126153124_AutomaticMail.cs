using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tickiti.Infrastructure.Persistence.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class AutomaticMail : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Automatic",
                table: "SentMails",
                type: "varchar(32)",
                unicode: false,
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "AutomaticNumber",
                table: "SentMails",
                type: "int",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AutomaticTo",
                table: "SentMails",
                type: "nvarchar(254)",
                maxLength: 254,
                nullable: true,
                collation: "Latin1_General_100_BIN2");

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails",
                columns: new[] { "AutomaticTo", "AutomaticNumber" },
                unique: true,
                filter: "\"AutomaticNumber\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "Automatic",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticTo",
                table: "SentMails");
        }
    }
}
